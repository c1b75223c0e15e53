"""The regime: the set of Spotify's rules for an app. Only the shape of responses shows it.

Extended Quota Mode (`EXT`) calls a playlist's contents `tracks`; Development Mode since February
2026 (`NEW-DEV`) calls them `items`, and leaves them out where they may not be read; older apps in
Development Mode (`OLD-DEV`) receive both.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from spotify_pipeline.extract.decoding import UnreadableError, decode
from spotify_pipeline.sources import LIKED


class _Contents(msgspec.Struct):
    """The entries of a playlist: their number, and in its own response the first page of them."""

    total: int | None = None
    limit: Any = None
    items: msgspec.Raw = msgspec.Raw(b"null")

    def first_page(self) -> list[msgspec.Raw] | None:
        """The embedded entries, each as text; None if none can be read."""
        if bytes(self.items) == b"null":
            return None
        try:
            return decode(self.items, list[msgspec.Raw])
        except UnreadableError:
            return None


class Listing(msgspec.Struct):
    """The part of a playlist's metadata that describes its contents, in every regime."""

    id: str
    snapshot_id: str | None = None
    collaborative: Any = None
    owner: Any = None
    items: _Contents | UnsetType | None = UNSET
    tracks: _Contents | UnsetType | None = UNSET

    @property
    def contents(self) -> _Contents | None:
        """`items` rather than `tracks`; None if the response has neither."""
        for contents in (self.items, self.tracks):
            if isinstance(contents, _Contents):
                return contents
        return None

    @property
    def total(self) -> int:
        """Number of entries; 0 if the response does not say, as for contents not returned."""
        contents = self.contents
        return contents.total or 0 if contents else 0

    @property
    def owner_id(self) -> object:
        return self.owner.get("id") if isinstance(self.owner, dict) else None

    @property
    def is_withheld(self) -> bool:
        """True if newer apps are given no contents, not even their number."""
        return self.items is UNSET and self.tracks is UNSET

    @property
    def regime(self) -> str | None:
        """None of the liked songs: every regime describes them alike."""
        if self.id == LIKED:
            return None
        if self.tracks is UNSET:
            return "NEW-DEV"
        return "EXT" if self.items is UNSET else "OLD-DEV"


def regime_of(shown: Iterable[str | None]) -> str | None:
    """The regime that all responses show; None if none shows one, or they disagree."""
    regimes = set(filter(None, shown))
    return regimes.pop() if len(regimes) == 1 else None
