"""Plays of data exports: lines of raw parts, their rows, and kinds of devices."""
