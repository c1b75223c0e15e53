"""Asks Athena from the command line."""
