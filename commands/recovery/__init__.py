"""The commands behind make adopt and make restore."""
