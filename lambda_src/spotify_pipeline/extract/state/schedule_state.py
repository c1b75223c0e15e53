"""What a schedule remembers from run to run: which snapshot of each playlist is stored, and of
which artists and albums everything is known.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

Kind = Literal["artists", "albums"]
KINDS: tuple[Kind, Kind] = ("artists", "albums")


class StoredWalk(msgspec.Struct, frozen=True):
    """The last stored walk of a playlist; `walked_at` is the time of the run that stored it.

    `is_restless` tells of a snapshot that changes at every request, as personalised playlists'
    do: walking it again because it moved would never end.
    """

    snapshot_id: str | None
    walked_at: datetime
    is_restless: bool = False


class Seen(msgspec.Struct):
    """What a run saw and stored: walks by playlist id; artists and albums by what was done.

    Of those `named` a playlist told the id alone; those `asked` were fetched themselves.
    """

    walks: dict[str, StoredWalk] = {}
    named: dict[Kind, set[str]] = msgspec.field(default_factory=lambda: {k: set() for k in KINDS})
    asked: dict[Kind, set[str]] = msgspec.field(default_factory=lambda: {k: set() for k in KINDS})


class ScheduleState(msgspec.Struct):
    """Stored walks by playlist id; artists and albums by id, with when they were last asked for.

    None stands for one that is still to be asked for.
    """

    playlists: dict[str, StoredWalk] = {}
    artists: dict[str, datetime | None] = {}
    albums: dict[str, datetime | None] = {}
    version: int = 1

    def of(self, kind: Kind) -> dict[str, datetime | None]:
        return self.artists if kind == "artists" else self.albums

    def wanted(self, kind: Kind) -> list[str]:
        """Ids that are still to be asked for."""
        return sorted(key for key, asked_at in self.of(kind).items() if asked_at is None)

    def holds(self, playlist_id: str, snapshot_id: str | None, since: datetime) -> bool:
        """Whether this very snapshot is stored, by a walk later than `since`."""
        known = self.playlists.get(playlist_id)
        return (
            known is not None
            and snapshot_id is not None
            and known.snapshot_id == snapshot_id
            and known.walked_at > since
        )

    def is_restless(self, playlist_id: str) -> bool:
        known = self.playlists.get(playlist_id)
        return known is not None and known.is_restless

    def learn(self, seen: Seen, at: datetime, fresh_days: int = 0) -> bool:
        """Take in what a run of the time `at` saw; whether that changed anything.

        Of two walks of a playlist the later one stays. An id is asked for again after
        `fresh_days`, if a playlist names it then.
        """
        before = msgspec.json.encode(self)
        for playlist_id, walk in seen.walks.items():
            known = self.playlists.get(playlist_id)
            if known is None or known.walked_at < walk.walked_at:
                self.playlists[playlist_id] = walk
        for kind in KINDS:
            known_ids = self.of(kind)
            for key in seen.named[kind]:
                asked_at = known_ids.get(key)
                if asked_at is None or asked_at <= at - timedelta(days=fresh_days):
                    known_ids[key] = None
            for key in seen.asked[kind]:
                known_ids[key] = max(known_ids.get(key) or at, at)
        return msgspec.json.encode(self) != before


class Refresh(msgspec.Struct, frozen=True):
    """What need not be walked at the time `now`: nothing, if `full`."""

    memory: ScheduleState
    now: datetime
    full: bool
    full_refresh_days: int

    def skips(self, playlist_id: str, snapshot_id: str | None) -> bool:
        since = self.now - timedelta(days=self.full_refresh_days)
        return not self.full and self.memory.holds(playlist_id, snapshot_id, since)
