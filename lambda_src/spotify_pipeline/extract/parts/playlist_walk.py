"""A walk: all entries of one playlist, read while its snapshot is unchanged."""

from typing import Self

import msgspec

from spotify_pipeline.extract.errors import RefusedError
from spotify_pipeline.extract.list_counts import ListCounts, Shortfall
from spotify_pipeline.extract.plan import PlannedPlaylist
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.statuses import PlaylistStatus

WALKS = 3
"""Walks of a playlist whose snapshot keeps changing; the last one is stored."""


class Walk(msgspec.Struct):
    """The progress of a playlist's walk.

    `metadata` is from before the pages, and in the end from after them. A walk with a `status` has
    ended; it then has pages only if it is `walked`. `known_counts` are those of an earlier walk
    that stayed short, `shortfall` is that of this one.
    """

    playlist_id: str
    metadata: Response
    pages: Pages
    walks_left: int
    is_listed: bool
    status: str = ""
    reason: str | None = None
    is_restless: bool = False
    known_counts: ListCounts | None = None
    shortfall: Shortfall | None = None

    @classmethod
    def of(cls, planned: PlannedPlaylist) -> Self:
        walks = 1 if planned.is_restless else WALKS
        return cls(
            planned.id,
            planned.found,
            Pages(planned.entries),
            walks,
            planned.is_listed,
            known_counts=planned.known_counts,
        )

    @property
    def snapshot_id(self) -> str | None:
        return self.metadata.read(Listing).snapshot_id

    @property
    def lacks_metadata(self) -> bool:
        """True if the metadata was unavailable when the run was planned."""
        return self.metadata.is_nothing and not self.status

    def look_up(self, spotify: SpotifyClient) -> None:
        """Request the metadata. A refusal ends the walk. Raises UnavailableError."""
        try:
            found = spotify.playlist(self.playlist_id)
            self.pages = Pages(found.read(Listing).total)
            self.metadata = found
        except RefusedError as refusal:
            self.end(refusal.status, refusal.reason)

    def missing(self) -> list[int]:
        """Offsets of the pages to read next."""
        return [] if self.status else self.pages.missing()

    def read(self, offset: int, spotify: SpotifyClient) -> None:
        """Read a page, unless the walk has ended. A refusal ends it. Raises UnavailableError."""
        if self.status:
            return
        spotify.pause(self.pages.backoff_seconds(offset))
        try:
            self.pages.add(spotify.playlist_items(self.playlist_id, offset))
        except RefusedError as refusal:
            self.end(refusal.status, refusal.reason)

    def recheck(self, spotify: SpotifyClient) -> None:
        """Request the metadata again, with the fields it had before, and compare snapshots.

        A refusal ends the walk. Raises UnavailableError.
        """
        try:
            self.settle(spotify.playlist(self.playlist_id, as_listed=self.is_listed))
        except RefusedError as refusal:
            self.end(refusal.status, refusal.reason)

    def settle(self, after: Response) -> None:
        """End the walk if its snapshot is still the same in the metadata `after` the pages.

        Else all pages are read again. A snapshot that changes every time, as those of personalised
        playlists do, is stored as last read.
        """
        before, self.metadata = self.snapshot_id, after
        self.walks_left -= 1
        total = after.read(Listing).total
        self.is_restless = self.snapshot_id != before
        if self.is_restless and self.walks_left:
            self.pages = Pages(total)
            return
        self.shortfall = self._counts(total).shortfall("entries", self.known_counts)
        reasons = [self.shortfall.reason] if self.shortfall else []
        if self.is_restless:
            reasons.append("its snapshot changes at every request; this is the run's last walk")
        self.end(PlaylistStatus.WALKED, "; ".join(reasons) or None)

    def _counts(self, total: int) -> ListCounts:
        """Entries received, of as many as the pages or the metadata after them count."""
        counts = self.pages.counts
        return ListCounts(max(total, counts.total), counts.received)

    def end(self, status: str, reason: str | None = None) -> None:
        self.status, self.reason = status, reason
        if status != PlaylistStatus.WALKED:
            self.pages = Pages()
