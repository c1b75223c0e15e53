"""Building blocks of the stacks: the base stack, the Lambda function, packaging and names."""
