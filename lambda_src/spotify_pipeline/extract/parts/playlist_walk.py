"""A walk: all entries of one playlist, read while its snapshot is unchanged."""

from datetime import datetime
from typing import Self

import msgspec

from spotify_pipeline.extract.errors import RefusedError
from spotify_pipeline.extract.list_counts import ListCounts, Shortfall
from spotify_pipeline.extract.parts import liked_songs
from spotify_pipeline.extract.plan import PlannedPlaylist, page_size
from spotify_pipeline.extract.spotify.client import LARGE_PAGE, PAGE, SpotifyClient
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.refusals import withheld
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.extract.state.schedule_state import StoredRefusal
from spotify_pipeline.sources import LIKED
from spotify_pipeline.statuses import PlaylistStatus

WALKS = 3
"""Walks of a playlist whose snapshot keeps changing; the last one is stored."""


_REFUSALS = (PlaylistStatus.FORBIDDEN, PlaylistStatus.UNAUTHORIZED)
"""Statuses that pauses follow. A missing playlist may appear on any day."""


class Walk(msgspec.Struct):
    """The progress of a playlist's walk.

    The first response has the `metadata` and the first page, of the same moment: `embedded` is the
    number of entries on it, None if it is not used. Only a longer playlist has `pages` of its own,
    and a snapshot to recheck. A walk with a `status` has ended; it then has pages only if it is
    `walked`. `known_counts` are those of an earlier walk that stayed short, `shortfall` is that of
    this one. `owner_id` is the user's, in a walk of the liked songs.
    """

    playlist_id: str
    metadata: Response
    walks_left: int
    is_listed: bool
    listed_snapshot: str | None = None
    stored_snapshot: str | None = None
    known_counts: ListCounts | None = None
    pages: Pages = msgspec.field(default_factory=Pages)
    is_open: bool = False
    embedded: int | None = None
    status: str = ""
    reason: str | None = None
    is_restless: bool = False
    shortfall: Shortfall | None = None
    refusal: StoredRefusal | None = None
    owner_id: str | None = None

    @classmethod
    def of(cls, planned: PlannedPlaylist) -> Self:
        listing = planned.listing
        return cls(
            planned.id,
            planned.found,
            1 if planned.is_restless else WALKS,
            planned.is_listed,
            listing.snapshot_id if listing else None,
            planned.stored_snapshot,
            planned.known_counts,
            refusal=planned.refusal,
            owner_id=planned.owner_id,
        )

    @property
    def _is_of_liked_songs(self) -> bool:
        return self.playlist_id == LIKED

    def refusal_at(self, time: datetime) -> StoredRefusal | None:
        """The refusal that ended the walk, of a run at that time; None if nothing is to pause.

        Liked songs are never paused: after a new authorisation the next run reads them.
        """
        if self.status not in _REFUSALS or self._is_of_liked_songs:
            return None
        known = self.refusal
        since = known.since if known and known.status == self.status else time
        return StoredRefusal(self.status, str(self.reason), since, time, self.listed_snapshot)

    @property
    def snapshot_id(self) -> str | None:
        return self.metadata.read(Listing).snapshot_id

    def missing(self) -> list[int]:
        """Offsets of the pages to read next."""
        return self.pages.missing() if self.is_open and not self.status else []

    def open(self, spotify: SpotifyClient) -> None:
        """Request the playlist with its first page, which ends the walk of a short one.

        A refusal ends it too. Raises UnavailableError.
        """
        try:
            found = self._description(spotify)
            listing = found.read(Listing)
            self.metadata = found
            if listing.is_withheld:
                raise withheld(has_user=spotify.has_user)
        except RefusedError as refusal:
            self.end(refusal.status, refusal.reason)
            return
        self.is_open = True
        if self._is_unchanged(listing.snapshot_id):
            self.end(PlaylistStatus.UNCHANGED)
            return
        self._begin(listing)
        if self.embedded is not None and not self.pages.missing():
            self._finish(listing.total)

    def read(self, offset: int, spotify: SpotifyClient) -> None:
        """Read a page, unless the walk has ended. A refusal ends it. Raises UnavailableError."""
        if self.status:
            return
        spotify.pause(self.pages.backoff_seconds(offset))
        try:
            self.pages.add(self._page(offset, spotify))
        except RefusedError as refusal:
            self.end(refusal.status, refusal.reason)

    def recheck(self, spotify: SpotifyClient) -> None:
        """Request the snapshot again, and compare it with the one before the pages.

        A refusal ends the walk. Raises UnavailableError.
        """
        try:
            is_liked = self._is_of_liked_songs
            after = self._description(spotify) if is_liked else spotify.snapshot(self.playlist_id)
            self.settle(after)
        except RefusedError as refusal:
            self.end(refusal.status, refusal.reason)

    def settle(self, after: Response) -> None:
        """End the walk if its snapshot is still the same in the metadata `after` the pages.

        Else the playlist is read again. A snapshot that changes every time, as those of
        personalised playlists do, is stored as last read.
        """
        listing = after.read(Listing)
        self.walks_left -= 1
        self.is_restless = listing.snapshot_id != self.snapshot_id
        if self.is_restless and self.walks_left:
            self.is_open = False
            return
        self._finish(listing.total)

    def end(self, status: str, reason: str | None = None) -> None:
        self.status, self.reason = status, reason
        if status != PlaylistStatus.WALKED:
            self.pages, self.embedded = Pages(), None

    def _description(self, spotify: SpotifyClient) -> Response:
        """The metadata with the first page."""
        if self._is_of_liked_songs:
            return liked_songs.describe(spotify.liked_songs(0), self.owner_id)
        return spotify.playlist(self.playlist_id)

    def _is_unchanged(self, snapshot_id: str | None) -> bool:
        """True if the stored walk has the snapshot, which the metadata then holds in full."""
        stored = self.stored_snapshot
        if not self._is_of_liked_songs:
            return snapshot_id is not None and snapshot_id == stored
        if stored is None or not liked_songs.is_unchanged(snapshot_id, stored):
            return False
        self.metadata = liked_songs.with_snapshot(self.metadata, stored)
        return True

    def _begin(self, listing: Listing) -> None:
        """Start the pages after the embedded one. A short one is not used, but read again."""
        self.pages = Pages(listing.total, page_size=page_size(listing.regime))
        self.embedded = None
        contents = listing.contents
        page = contents.first_page() if contents else None
        if contents is None or contents.total is None or page is None:
            return
        limit = contents.limit if isinstance(contents.limit, int) else LARGE_PAGE
        if len(page) >= min(limit, contents.total):
            self.pages.add_embedded(len(page), limit, contents.total)
            self.embedded = len(page)

    def _page(self, offset: int, spotify: SpotifyClient) -> Response:
        if self._is_of_liked_songs:
            return spotify.liked_songs(offset)
        if self.pages.page_size == PAGE:
            return spotify.playlist_items(self.playlist_id, offset)
        try:
            return spotify.playlist_tracks(self.playlist_id, offset)
        except RefusedError:
            # This app lacks the endpoint after all.
            self.pages.page_size = PAGE
            return spotify.playlist_items(self.playlist_id, offset)

    def _finish(self, total: int) -> None:
        """End the walk as walked. `total` is the number of entries in the last metadata."""
        counts = self.pages.counts
        counts = ListCounts(max(total, counts.total), counts.received)
        self.shortfall = counts.shortfall("entries", self.known_counts)
        reasons = [self.shortfall.reason] if self.shortfall else []
        if self.is_restless:
            reasons.append("its snapshot changes at every request; this is the run's last walk")
        if self._is_of_liked_songs:
            pages, has_first = self.pages.in_order(), self.embedded is not None
            self.metadata = liked_songs.with_contents(self.metadata, pages, has_first=has_first)
        self.end(PlaylistStatus.WALKED, "; ".join(reasons) or None)
