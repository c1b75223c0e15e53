"""Logical ids from table, view and query names."""


def camel(name: str) -> str:
    """Convert `playlist_items` to `PlaylistItems`."""
    return name.title().replace("_", "")
