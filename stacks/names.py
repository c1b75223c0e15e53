"""Names in the spelling of logical ids."""


def camel(name: str) -> str:
    """`playlist_items` as `PlaylistItems`."""
    return name.title().replace("_", "")
