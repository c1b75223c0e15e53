"""State of a schedule across runs: the stored snapshot of each playlist, and the artists and
albums that were fetched or are pending.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from spotify_pipeline.extract.list_counts import UNKNOWN_ENTRIES, ListCounts
from spotify_pipeline.extract.state.plays import StoredPlays

Kind = Literal["artists", "albums"]
KINDS: tuple[Kind, Kind] = ("artists", "albums")


_NEVER = datetime.min.replace(tzinfo=UTC)

_TOLERANCE = timedelta(hours=1)
"""By so much a run may be earlier than that of another day."""


class StoredWalk(msgspec.Struct, frozen=True):
    """The last stored walk of a playlist; `walked_at` is the time of the run that stored it.

    `is_restless` marks a snapshot that changes at every request, as those of personalised
    playlists do: repeating such a walk until it is stable would never end. `short_counts` are those
    of a walk that received too few entries; without a snapshot it is due again. `entries` is the
    size of the playlist.
    """

    snapshot_id: str | None
    walked_at: datetime
    is_restless: bool = False
    short_counts: ListCounts | None = None
    entries: int = UNKNOWN_ENTRIES


class StoredRefusal(msgspec.Struct, frozen=True):
    """A playlist that Spotify refuses: since when, and when it was last requested.

    `snapshot_id` is the snapshot in the library's listing at that time, if it was listed.
    """

    status: str
    reason: str
    since: datetime
    requested_at: datetime
    snapshot_id: str | None = None

    def is_due(self, now: datetime, longest_days: int) -> bool:
        """True 1, 2, 4, … days after the last request, at most `longest_days`."""
        pause = self.requested_at - self.since + timedelta(days=1)
        return now - self.requested_at > min(pause, timedelta(days=longest_days)) - _TOLERANCE

    def __str__(self) -> str:
        return (
            f"{self.reason}; refused since {self.since:%Y-%m-%d}, last requested on "
            f"{self.requested_at:%Y-%m-%d}"
        )


def _ids_by_kind() -> dict[Kind, set[str]]:
    return {kind: set() for kind in KINDS}


class Scan(msgspec.Struct):
    """Content of stored raw parts: walks by playlist id, and ids of artists and albums.

    Playlists only name the ids in `named`; those in `fetched` have responses of their own.
    `library` is the size of the user's library as listed, if it was; `user_id` is the user's, if
    the run had to know it. `regimes` are those that responses for playlists show. Playlists in
    `readable` were walked or are unchanged. `plays` are those of the run's page. Tracks in
    `described` have a response of their own, or are in a playlist or in that page.
    """

    walks: dict[str, StoredWalk] = {}
    refusals: dict[str, StoredRefusal] = {}
    readable: set[str] = set()
    regimes: set[str] = set()
    library: ListCounts | None = None
    user_id: str | None = None
    plays: StoredPlays | None = None
    named: dict[Kind, set[str]] = msgspec.field(default_factory=_ids_by_kind)
    fetched: dict[Kind, set[str]] = msgspec.field(default_factory=_ids_by_kind)
    described: set[str] = set()

    def merge(self, other: "Scan") -> None:
        """Add the content of later parts of the same run."""
        self.walks |= other.walks
        self.refusals |= other.refusals
        self.readable |= other.readable
        self.regimes |= other.regimes
        self.plays = other.plays or self.plays
        self.described |= other.described
        for kind in KINDS:
            self.named[kind] |= other.named[kind]
            self.fetched[kind] |= other.fetched[kind]


class ScheduleState(msgspec.Struct):
    """Stored walks and refusals by playlist id; artists and albums with the time of the last fetch.

    None marks an artist or album whose fetch is pending. `plays` are None until a page is stored.
    """

    playlists: dict[str, StoredWalk] = {}
    artists: dict[str, datetime | None] = {}
    albums: dict[str, datetime | None] = {}
    refusals: dict[str, StoredRefusal] = {}
    library: ListCounts | None = None
    user_id: str | None = None
    plays: StoredPlays | None = None
    version: int = 1

    def of(self, kind: Kind) -> dict[str, datetime | None]:
        return self.artists if kind == "artists" else self.albums

    def pending(self, kind: Kind) -> list[str]:
        """Ids that are still to be fetched."""
        return sorted(key for key, fetched_at in self.of(kind).items() if fetched_at is None)

    def last_read(self, playlist_id: str) -> datetime:
        """The time of the last walk, or of the last request for a refused playlist."""
        if known := self.playlists.get(playlist_id):
            return known.walked_at
        refusal = self.refusals.get(playlist_id)
        return refusal.requested_at if refusal else _NEVER

    def snapshot_since(self, playlist_id: str, since: datetime) -> str | None:
        """The snapshot that a walk later than `since` stored."""
        known = self.playlists.get(playlist_id)
        return known.snapshot_id if known and known.walked_at > since else None

    def update(self, scan: Scan, at: datetime, fresh_days: int = 0) -> bool:
        """Add the scan of a run at the time `at`. Return True if that changed the state.

        Of two walks of a playlist the later one stays. An id that a playlist names becomes
        pending again `fresh_days` after its last fetch.
        """
        before = msgspec.json.encode(self)
        for playlist_id, walk in scan.walks.items():
            known = self.playlists.get(playlist_id)
            if known is None or known.walked_at < walk.walked_at:
                self.playlists[playlist_id] = walk
        self._update_refusals(scan, at)
        self.library = scan.library or self.library
        self.user_id = scan.user_id or self.user_id
        if scan.plays:
            self.plays = scan.plays.joined(self.plays)
        for kind in KINDS:
            self._update_ids(kind, scan, at, stale=at - timedelta(days=fresh_days))
        return msgspec.json.encode(self) != before

    def forget(self, ids: Collection[str]) -> bool:
        """Remove these playlists. Return True if that changed the state."""
        known = [one for one in ids if one in self.playlists or one in self.refusals]
        for one in known:
            self.playlists.pop(one, None)
            self.refusals.pop(one, None)
        return bool(known)

    def _update_refusals(self, scan: Scan, at: datetime) -> None:
        for playlist_id, refusal in scan.refusals.items():
            known = self.refusals.get(playlist_id)
            if known is None or known.requested_at < refusal.requested_at:
                self.refusals[playlist_id] = refusal
        for playlist_id in scan.readable & self.refusals.keys():
            if self.refusals[playlist_id].requested_at <= at:
                del self.refusals[playlist_id]

    def _update_ids(self, kind: Kind, scan: Scan, at: datetime, stale: datetime) -> None:
        known = self.of(kind)
        for key in scan.named[kind]:
            fetched_at = known.get(key)
            if fetched_at is None or fetched_at <= stale:
                known[key] = None
        for key in scan.fetched[kind]:
            known[key] = max(known.get(key) or at, at)


class Refresh(msgspec.Struct, frozen=True):
    """Decides which playlists a run at the time `now` skips: none if `full`."""

    state: ScheduleState
    now: datetime
    full: bool
    full_refresh_days: int

    def pending_refusal(self, playlist_id: str, snapshot_id: str | None) -> StoredRefusal | None:
        """The refusal of a playlist that is not yet to be requested again.

        `snapshot_id` is the one in the library's listing: another one makes the request due.
        """
        refusal = self.state.refusals.get(playlist_id)
        if refusal is None or self.full or refusal.is_due(self.now, self.full_refresh_days):
            return None
        return refusal if refusal.snapshot_id == snapshot_id else None

    def stored_snapshot(self, playlist_id: str) -> str | None:
        """The snapshot with which a playlist counts as unchanged; None if it is to be read."""
        since = self.now - timedelta(days=self.full_refresh_days)
        return None if self.full else self.state.snapshot_since(playlist_id, since)
