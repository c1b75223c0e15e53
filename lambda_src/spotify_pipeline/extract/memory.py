"""What a schedule remembers from run to run: which snapshot of each playlist is stored."""

import gzip
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from spotify_pipeline.raw import Envelope


class Remembered(msgspec.Struct, frozen=True):
    """The last stored walk of a playlist; `walked_at` is the time of the run that stored it.

    `is_restless` tells of a snapshot that changes at every request, as personalised playlists'
    do: walking it again because it moved would never end.
    """

    snapshot_id: str | None
    walked_at: datetime
    is_restless: bool = False


class Memory(msgspec.Struct):
    """Stored walks, by playlist id."""

    playlists: dict[str, Remembered] = {}
    version: int = 1

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

    def learn(self, walks: Iterable[tuple[str, Remembered]]) -> bool:
        """Take in walks; of two of a playlist the later one stays. Whether anything changed."""
        changed = False
        for playlist_id, walk in walks:
            known = self.playlists.get(playlist_id)
            if known is None or known.walked_at < walk.walked_at:
                self.playlists[playlist_id] = walk
                changed = True
        return changed


class Refresh(msgspec.Struct, frozen=True):
    """What need not be walked at the time `now`: nothing, if `full`."""

    memory: Memory
    now: datetime
    full: bool
    full_refresh_days: int

    def skips(self, playlist_id: str, snapshot_id: str | None) -> bool:
        since = self.now - timedelta(days=self.full_refresh_days)
        return not self.full and self.memory.holds(playlist_id, snapshot_id, since)


class _Context(msgspec.Struct):
    playlist_id: str
    status: str
    reason: str | None = None


class _Body(msgspec.Struct):
    snapshot_id: str | None = None


def walks_in(part: bytes, walked_at: datetime) -> Iterator[tuple[str, Remembered]]:
    """The walks that a stored raw part holds."""
    for line in gzip.decompress(part).splitlines():
        record = msgspec.json.decode(line, type=Envelope)
        if record.kind != "playlist":
            continue
        context = msgspec.convert(record.context, _Context)
        if context.status == "walked":
            body = msgspec.json.decode(record.body, type=_Body)
            # Only a walk that never stood still has a reason.
            restless = context.reason is not None
            yield context.playlist_id, Remembered(body.snapshot_id, walked_at, restless)
