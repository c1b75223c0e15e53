"""The three regimes of the Web API. No response states which one applies to an app."""

from enum import StrEnum


class Regime(StrEnum):
    """Extended Quota Mode, and Development Mode before and since February 2026."""

    EXT = "EXT"
    OLD_DEV = "OLD-DEV"
    NEW_DEV = "NEW-DEV"

    @property
    def contents_keys(self) -> tuple[str, ...]:
        """Keys of a playlist's contents; each is the name of their endpoint too."""
        return {"EXT": ("tracks",), "OLD-DEV": ("items", "tracks"), "NEW-DEV": ("items",)}[self]

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """Keys of an entry's track or episode."""
        return {"EXT": ("track",), "OLD-DEV": ("item", "track"), "NEW-DEV": ("item",)}[self]

    @property
    def is_full(self) -> bool:
        """True if batches, popularity, followers, labels and public playlists are available."""
        return self is not Regime.NEW_DEV

    @property
    def has_editorial(self) -> bool:
        """True if playlists that Spotify owns are available, as for long-standing apps."""
        return self is Regime.EXT
