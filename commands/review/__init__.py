"""Summarizes template changes for a reviewer."""
