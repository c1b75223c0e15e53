"""Queries through Athena's API, on AWS and on the emulator alike."""
