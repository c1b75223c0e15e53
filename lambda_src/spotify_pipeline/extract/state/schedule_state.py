"""State of a schedule across runs: the stored snapshot of each playlist, and the artists and
albums that were fetched or are pending.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from spotify_pipeline.extract.list_counts import ListCounts

Kind = Literal["artists", "albums"]
KINDS: tuple[Kind, Kind] = ("artists", "albums")


class StoredWalk(msgspec.Struct, frozen=True):
    """The last stored walk of a playlist; `walked_at` is the time of the run that stored it.

    `is_restless` marks a snapshot that changes at every request, as those of personalised
    playlists do: repeating such a walk until it is stable would never end. `short_counts` are those
    of a walk that received too few entries; without a snapshot it is due again.
    """

    snapshot_id: str | None
    walked_at: datetime
    is_restless: bool = False
    short_counts: ListCounts | None = None


def _ids_by_kind() -> dict[Kind, set[str]]:
    return {kind: set() for kind in KINDS}


class Scan(msgspec.Struct):
    """Content of stored raw parts: walks by playlist id, and ids of artists and albums.

    Playlists only name the ids in `named`; those in `fetched` have responses of their own.
    `library` is the size of the user's library as listed, if it was.
    """

    walks: dict[str, StoredWalk] = {}
    library: ListCounts | None = None
    named: dict[Kind, set[str]] = msgspec.field(default_factory=_ids_by_kind)
    fetched: dict[Kind, set[str]] = msgspec.field(default_factory=_ids_by_kind)

    def merge(self, other: "Scan") -> None:
        """Add the content of later parts of the same run."""
        self.walks |= other.walks
        for kind in KINDS:
            self.named[kind] |= other.named[kind]
            self.fetched[kind] |= other.fetched[kind]


class ScheduleState(msgspec.Struct):
    """Stored walks by playlist id; artists and albums by id, with the time of the last fetch.

    None marks an id whose fetch is pending.
    """

    playlists: dict[str, StoredWalk] = {}
    artists: dict[str, datetime | None] = {}
    albums: dict[str, datetime | None] = {}
    library: ListCounts | None = None
    version: int = 1

    def of(self, kind: Kind) -> dict[str, datetime | None]:
        return self.artists if kind == "artists" else self.albums

    def pending(self, kind: Kind) -> list[str]:
        """Ids that are still to be fetched."""
        return sorted(key for key, fetched_at in self.of(kind).items() if fetched_at is None)

    def has_snapshot(self, playlist_id: str, snapshot_id: str | None, since: datetime) -> bool:
        """True if a walk later than `since` stored this snapshot."""
        known = self.playlists.get(playlist_id)
        return (
            known is not None
            and snapshot_id is not None
            and known.snapshot_id == snapshot_id
            and known.walked_at > since
        )

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
        self.library = scan.library or self.library
        for kind in KINDS:
            self._update_ids(kind, scan, at, stale=at - timedelta(days=fresh_days))
        return msgspec.json.encode(self) != before

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

    def skips(self, playlist_id: str, snapshot_id: str | None) -> bool:
        since = self.now - timedelta(days=self.full_refresh_days)
        return not self.full and self.state.has_snapshot(playlist_id, snapshot_id, since)
