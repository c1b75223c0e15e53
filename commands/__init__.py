"""The command lines behind the make targets."""
