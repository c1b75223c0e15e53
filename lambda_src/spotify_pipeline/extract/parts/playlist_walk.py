"""A walk: all entries of one playlist, read while its snapshot stayed the same."""

from typing import Self

import msgspec

from spotify_pipeline.extract.plan import PlannedPlaylist
from spotify_pipeline.extract.spotify.client import Spotify
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.refusals import RefusedError
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response

WALKS = 3
"""How often a playlist that changes underneath is walked before the last walk is taken."""


class Walk(msgspec.Struct):
    """A playlist's walk as far as it has come.

    `metadata` tells the snapshot before the pages, and in the end the one after them. Once it has
    a `status` it is over; only one that is `walked` has pages then.
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
        """Offsets of the pages that are still to be read."""
        return [] if self.status else self.pages.missing()

    def read(self, offset: int, spotify: Spotify) -> None:
        """Read a page, unless the walk is over. A refusal ends it. Raises UnavailableError."""
        if self.status:
            return
        try:
            self.pages.add(spotify.playlist_items(self.playlist_id, offset))
        except RefusedError as refusal:
            self.end(refusal.status, refusal.reason)

    def look_again(self, spotify: Spotify) -> None:
        """Settle with the playlist's metadata as of now: the same fields whoever gives them.

        Raises UnavailableError.
        """
        try:
            self.settle(spotify.playlist(self.playlist_id, as_listed=self.is_listed))
        except RefusedError as refusal:
            self.end(refusal.status, refusal.reason)

    def settle(self, after: Response) -> None:
        """With the metadata after the pages: over, if its snapshot is that before them.

        Else the pages are to be read again. A snapshot that moves every time, as those of
        personalised playlists do, is taken as it was last read.
        """
        before, self.metadata = self.snapshot_id, after
        self.walks_left -= 1
        if self.snapshot_id == before:
            self.end("walked")
        elif self.walks_left == 0:
            self.end("walked", "its snapshot changes at every request; this is the run's last walk")
        else:
            self.pages = Pages(total=after.read(Listing).total)

    def end(self, status: str, reason: str | None = None) -> None:
        self.status, self.reason = status, reason
        if status != "walked":
            self.pages = Pages()
