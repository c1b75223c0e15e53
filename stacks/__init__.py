"""The four stacks and what they share."""
