"""The command behind make logs."""
