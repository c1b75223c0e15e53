"""The command behind make status."""
