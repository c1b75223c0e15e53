"""Reads the logs of both functions."""
