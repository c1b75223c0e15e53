"""Playlist access rules under a regime, and the status that the extractor should record."""

from dataclasses import dataclass

from fake_spotify.regime import Regime
from fake_spotify.worlds.world import SPOTIFY, Playlist


@dataclass(frozen=True)
class Access:
    """A regime, and the token's user: None for an app's own token (client credentials)."""

    regime: Regime
    user: str | None

    def can_see(self, playlist: Playlist) -> bool:
        """True if the metadata is visible; otherwise the API responds 404."""
        if playlist.owner == SPOTIFY and not self.regime.has_editorial:
            return False
        return playlist.public or self._takes_part_in(playlist)

    def can_read(self, playlist: Playlist) -> bool:
        """True if the contents of a visible playlist are readable."""
        if self.regime.is_full and playlist.public:
            return True
        return self._takes_part_in(playlist)

    def status(self, playlist: Playlist | None) -> str:
        """The status that an observation of the playlist should have."""
        if playlist is None or not self.can_see(playlist):
            return "missing"
        if self.can_read(playlist):
            return "walked"
        return "unauthorized" if self.user is None else "forbidden"

    def _takes_part_in(self, playlist: Playlist) -> bool:
        """True if the user owns the playlist or collaborates on it."""
        return self.user is not None and (playlist.owner == self.user or playlist.collaborative)
