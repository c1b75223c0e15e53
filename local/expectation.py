"""Expected table contents, derived from the fake Spotify's world."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fake_spotify.access import Access
from fake_spotify.worlds.world import Entry, Playlist, Track, World, make_snapshot_id
from spotify_pipeline.sources import LIKED

_FIRST_PAGE = 50

Contents = dict[tuple[str, str], list[str | None]]
"""URIs in order, by day and playlist; None for an entry that Spotify no longer describes."""

Changes = dict[tuple[str, str, str, str | None], int]
"""Copies, by day, playlist, `added` or `removed`, and URI."""


Statuses = dict[tuple[str, str], str]
"""The status of each observation, by day and playlist."""


@dataclass(frozen=True)
class Expectation:
    """Expected results of runs on these days, for a token, a regime and listed playlists."""

    world: World
    days: Sequence[date]
    access: Access
    named: frozenset[str]
    """Playlists listed by id; a user's token adds the library."""

    full_refresh_days: int
    liked_songs: bool = False
    """Whether the user's liked songs are a source; the token has every scope."""

    def statuses(self) -> Statuses:
        """A readable playlist is walked if its snapshot changed or its last walk is too old."""
        statuses: Statuses = {}
        stored: dict[str, tuple[str, date]] = {}
        for day in self.days:
            for key in self._requested(day):
                playlist = self._playlist(key, day)
                status = self._status(playlist)
                if playlist and status == "walked":
                    snapshot, walked = stored.get(key, ("", day))
                    fresh = (day - walked).days < self.full_refresh_days
                    if snapshot == playlist.snapshot_id and fresh:
                        status = "unchanged"
                    else:
                        stored[key] = (playlist.snapshot_id, day)
                statuses[str(day), key] = status
        return statuses

    def contents(self) -> Contents:
        """Contents of each playlist that was ever readable, as last read."""
        contents: Contents = {}
        last: dict[str, list[str | None]] = {}
        for day in self.days:
            last |= self._read(day)
            contents |= {(str(day), key): uris for key, uris in last.items()}
        return contents

    def changes(self) -> Changes:
        """Differences between what was read on consecutive days, as multisets of URIs."""
        changes: Changes = {}
        last: dict[str, list[str | None]] = {}
        for day in self.days:
            for key, uris in self._read(day).items():
                old, new = Counter(last.get(key, uris)), Counter(uris)
                for change, gained in (("added", new - old), ("removed", old - new)):
                    for uri, copies in gained.items():
                        changes[str(day), key, change, uri] = copies
            last |= self._read(day)
        return changes

    def _requested(self, day: date) -> set[str]:
        library = self.world.library(day) if self.access.user else ()
        visible = {playlist.id for playlist in library if self.access.can_see(playlist)}
        return visible | self.named | ({LIKED} if self.liked_songs else set())

    def _read(self, day: date) -> dict[str, list[str | None]]:
        found = [self._playlist(key, day) for key in self._requested(day)]
        return {
            playlist.id: [self._uri(entry) for entry in playlist.entries]
            for playlist in found
            if playlist and self._status(playlist) == "walked"
        }

    def _playlist(self, key: str, day: date) -> Playlist | None:
        """The playlist; of the liked songs, the snapshot is what their first page shows."""
        if key != LIKED:
            return self.world.playlist(key, day)
        liked = self.world.liked_songs(day)
        shown = [(self._uri(entry), entry.added_at) for entry in liked[:_FIRST_PAGE]]
        snapshot_id = make_snapshot_id(len(liked), *shown)
        return Playlist(LIKED, "Liked Songs", "", snapshot_id, liked, public=False)

    def _status(self, playlist: Playlist | None) -> str:
        """Liked songs are the user's: without one they are not missing, but unauthorized."""
        if playlist and playlist.id == LIKED:
            return "walked" if self.access.user else "unauthorized"
        return self.access.status(playlist)

    def _uri(self, entry: Entry) -> str | None:
        """The entry's URI; newer apps do not receive the `linked_from` of a track."""
        item = entry.item
        if isinstance(item, Track) and item.linked_from and self.access.regime.is_full:
            return f"spotify:track:{item.linked_from}"
        return item.uri if item else None
