"""Who may see and read a playlist under a regime; what the extractor should make of it."""

from dataclasses import dataclass

from fake_spotify.regime import Regime
from fake_spotify.worlds.world import SPOTIFY, Playlist


@dataclass(frozen=True)
class Access:
    """A regime, and the token's user: None for an app's own token (client credentials)."""

    regime: Regime
    user: str | None

    def sees(self, playlist: Playlist) -> bool:
        """True if Spotify returns its metadata; else it responds 404."""
        if playlist.owner == SPOTIFY and not self.regime.has_editorial:
            return False
        return playlist.public or playlist.owner == self.user

    def reads(self, playlist: Playlist) -> bool:
        """True if Spotify returns the contents of a visible playlist."""
        if self.regime.is_full and playlist.public:
            return True
        return self.user is not None and (playlist.owner == self.user or playlist.collaborative)

    def status(self, playlist: Playlist | None) -> str:
        """The status that an observation of the playlist should have."""
        if playlist is None or not self.sees(playlist):
            return "missing"
        if self.reads(playlist):
            return "walked"
        return "unauthorized" if self.user is None else "forbidden"
