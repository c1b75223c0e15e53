"""Kinds of Web API calls, for those who count them."""

import re
from enum import StrEnum


class CallKind(StrEnum):
    ME = "me"
    LIBRARY = "library"
    """A page of /me/playlists."""
    LIKED = "liked"
    """A page of /me/tracks."""
    PLAYLIST = "playlist"
    """A playlist with its embedded first page."""
    PLAYLIST_FIELDS = "playlist_fields"
    """A playlist with a choice of `fields`."""
    ENTRIES = "entries"
    """A page of a playlist's entries."""
    ENRICHMENT = "enrichment"
    """Tracks, artists or albums, singly or in batches."""
    OTHER = "other"


_CALLS = (
    (CallKind.ME, r"/v1/me/?"),
    (CallKind.LIBRARY, r"/v1/me/playlists/?"),
    (CallKind.LIKED, r"/v1/me/tracks/?"),
    (CallKind.PLAYLIST_FIELDS, r"/v1/playlists/[^/?]+/?\?(.*&)?fields=.*"),
    (CallKind.PLAYLIST, r"/v1/playlists/[^/?]+/?"),
    (CallKind.ENTRIES, r"/v1/playlists/[^/?]+/(items|tracks)/?"),
    (CallKind.ENRICHMENT, r"/v1/(tracks|artists|albums)(/[^?]*)?"),
)
_COMPILED = tuple((kind, re.compile(rf"{path}(\?.*)?")) for kind, path in _CALLS)


def kind_of(call: str) -> CallKind:
    """The kind of a call, given its path and query."""
    return next((kind for kind, path in _COMPILED if path.fullmatch(call)), CallKind.OTHER)
