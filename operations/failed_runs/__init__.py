"""Runs that failed or that Scheduler could not start: what they are, and how they start again."""
