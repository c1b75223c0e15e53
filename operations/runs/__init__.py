"""Runs that an operator starts and follows."""
