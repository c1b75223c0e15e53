"""The four stacks of the pipeline, their configuration and their SQL files."""
