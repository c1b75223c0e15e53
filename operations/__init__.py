"""Operator actions on a deployed environment, on AWS or on the emulator."""
