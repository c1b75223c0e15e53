"""Which of Spotify's sets of rules an app lives under: nothing says so, but answers show it.

Extended Quota Mode (`EXT`) calls a playlist's contents `tracks`; Development Mode since February
2026 (`NEW-DEV`) calls them `items`, and leaves them out where they may not be read; older apps in
Development Mode (`OLD-DEV`) get both.
"""

from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType


class _Contents(msgspec.Struct):
    total: int | None = None


class Listing(msgspec.Struct):
    """What a playlist's metadata says of its contents, in every spelling."""

    id: str
    snapshot_id: str | None = None
    items: _Contents | UnsetType | None = UNSET
    tracks: _Contents | UnsetType | None = UNSET

    @property
    def total(self) -> int:
        """Number of entries; 0 where the answer does not say, as for contents not given."""
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
    """The regime that all these answers show; None if there are none, or they disagree."""
    shown = {listing.regime for listing in listings}
    return shown.pop() if len(shown) == 1 else None
