"""What the import of a long extended streaming history takes, and the transform of its parts."""
