"""The three sets of rules under which Spotify answers; which one an app gets, no answer says."""

from enum import StrEnum


class Regime(StrEnum):
    """Extended Quota Mode, and Development Mode before and since February 2026."""

    EXT = "EXT"
    OLD_DEV = "OLD-DEV"
    NEW_DEV = "NEW-DEV"

    @property
    def contents_keys(self) -> tuple[str, ...]:
        """The keys of a playlist for its contents."""
        return {"EXT": ("tracks",), "OLD-DEV": ("items", "tracks"), "NEW-DEV": ("items",)}[self]

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """The keys of an entry for its track or episode."""
        return {"EXT": ("track",), "OLD-DEV": ("item", "track"), "NEW-DEV": ("item",)}[self]

    @property
    def is_full(self) -> bool:
        """True if the regime has batches, popularity, followers, labels and public playlists."""
        return self is not Regime.NEW_DEV

    @property
    def has_editorial(self) -> bool:
        """True if the regime has playlists that Spotify owns."""
        return self is Regime.EXT
