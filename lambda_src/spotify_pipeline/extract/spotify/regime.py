"""The regime: the set of Spotify's rules for an app. Only the shape of responses shows it.

Extended Quota Mode (`EXT`) calls a playlist's contents `tracks`; Development Mode since February
2026 (`NEW-DEV`) calls them `items`, and leaves them out where they may not be read; older apps in
Development Mode (`OLD-DEV`) receive both.
"""

from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType


class _Contents(msgspec.Struct):
    total: int | None = None


class Listing(msgspec.Struct):
    """The part of a playlist's metadata that describes its contents, in every regime."""

    id: str
    snapshot_id: str | None = None
    items: _Contents | UnsetType | None = UNSET
    tracks: _Contents | UnsetType | None = UNSET

    @property
    def total(self) -> int:
        """Number of entries; 0 if the response has none, as for contents not returned."""
        for contents in (self.items, self.tracks):
            if isinstance(contents, _Contents):
                return contents.total or 0
        return 0

    @property
    def regime(self) -> str:
        if self.tracks is UNSET:
            return "NEW-DEV"
        return "EXT" if self.items is UNSET else "OLD-DEV"


def regime_of(listings: Iterable[Listing]) -> str | None:
    """The regime that all listings show; None if there are none, or they disagree."""
    regimes = {listing.regime for listing in listings}
    return regimes.pop() if len(regimes) == 1 else None
