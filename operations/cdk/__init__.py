"""Bootstrap, comparison, deployment and removal of an environment's stacks."""
