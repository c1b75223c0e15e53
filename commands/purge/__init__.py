"""make purge: counts what the bucket holds of a playlist, or of everything, and removes it."""
