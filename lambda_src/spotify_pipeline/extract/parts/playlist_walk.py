"""A walk: all entries of one playlist, read while its snapshot is unchanged."""

from typing import Self

import msgspec

from spotify_pipeline.extract.errors import RefusedError
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
    ended; it then has pages only if it is `walked`.
    """

    playlist_id: str
    metadata: Response
    pages: Pages
    walks_left: int
    is_listed: bool
    status: str = ""
    reason: str | None = None

    @classmethod
    def of(cls, planned: PlannedPlaylist) -> Self:
        walks = 1 if planned.is_restless else WALKS
        pages = Pages(total=planned.entries)
        return cls(planned.id, planned.found, pages, walks, planned.is_listed)

    @property
    def snapshot_id(self) -> str | None:
        return self.metadata.read(Listing).snapshot_id

    def missing(self) -> list[int]:
        """Offsets of the pages to read next."""
        return [] if self.status else self.pages.missing()

    def read(self, offset: int, spotify: SpotifyClient) -> None:
        """Read a page, unless the walk has ended. A refusal ends it. Raises UnavailableError."""
        if self.status:
            return
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
        if self.snapshot_id == before:
            self.end(PlaylistStatus.WALKED)
        elif self.walks_left == 0:
            reason = "its snapshot changes at every request; this is the run's last walk"
            self.end(PlaylistStatus.WALKED, reason)
        else:
            self.pages = Pages(total=after.read(Listing).total)

    def end(self, status: str, reason: str | None = None) -> None:
        self.status, self.reason = status, reason
        if status != PlaylistStatus.WALKED:
            self.pages = Pages()
