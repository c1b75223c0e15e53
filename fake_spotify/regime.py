"""The three sets of rules under which Spotify answers; which one an app gets, no answer says."""

from enum import StrEnum


class Regime(StrEnum):
    """Extended Quota Mode, and Development Mode before and since February 2026."""

    EXT = "EXT"
    OLD_DEV = "OLD-DEV"
    NEW_DEV = "NEW-DEV"

    @property
    def contents_keys(self) -> tuple[str, ...]:
        """What a playlist calls its contents."""
        return {"EXT": ("tracks",), "OLD-DEV": ("items", "tracks"), "NEW-DEV": ("items",)}[self]

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """What an entry calls the track or episode that it holds."""
        return {"EXT": ("track",), "OLD-DEV": ("item", "track"), "NEW-DEV": ("item",)}[self]

    @property
    def is_full(self) -> bool:
        """Whether batches, popularity, followers and labels are there, and public playlists."""
        return self is not Regime.NEW_DEV

    @property
    def has_editorial(self) -> bool:
        """Whether playlists that Spotify owns are there: for apps that always had them."""
        return self is Regime.EXT
