"""Purge: removes a playlist, or everything, from every prefix of the bucket."""
