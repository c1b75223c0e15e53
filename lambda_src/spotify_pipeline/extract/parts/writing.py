"""Writes raw parts: gzip JSON lines of envelopes, with whole playlists."""

import zlib
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from spotify_pipeline.extract.parts.catalog_items import Record
from spotify_pipeline.extract.parts.fetching import PartProgress
from spotify_pipeline.extract.parts.playlist_walk import Walk
from spotify_pipeline.extract.plan import (
    Plan,
    Planned,
    PlannedPlaylist,
    PlannedPlays,
    PurgedPlaylist,
)
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.keys import run_time
from spotify_pipeline.raw import Envelope, purged_record
from spotify_pipeline.statuses import PlaylistStatus

_GZIP = 31
"""zlib's `wbits` for the largest window in a gzip container."""

_LEVEL = 4
"""2 % larger than with zlib's default level for recorded playlists, in two fifths of the time."""


class Counts(msgspec.Struct, frozen=True):
    """Counts of a part. Its object metadata holds them, so that a resumed run can sum them up."""

    entries: int = 0
    walked: int = 0
    refused: int = 0
    forbidden: int = 0
    parts: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        mine, theirs = msgspec.structs.astuple(self), msgspec.structs.astuple(other)
        return Counts(*(a + b for a, b in zip(mine, theirs, strict=True)))


class PartBuilder:
    """Gzip JSON lines of one part, built in memory."""

    def __init__(self, run_id: str) -> None:
        self.counts = Counts(parts=1)
        self._run_id = run_id
        self._gzip = zlib.compressobj(_LEVEL, wbits=_GZIP)
        self._compressed: list[bytes] = []
        self._records = 0

    def add_not_walked(self, planned: PlannedPlaylist) -> None:
        """Add a playlist that the plan does not walk: unchanged, or refused."""
        self._add_playlist(planned.found, planned.id, planned.status, planned.reason)
        self.counts += _refused(planned.status)

    def add_walk(self, walk: Walk) -> None:
        """Add the playlist with its status, then its further pages.

        `embedded` in its context is the number of entries on its first page, which the transform
        reads. The context of one that was not walked smoothly says so, for the schedule's state.
        """
        marks: dict[str, Any] = {}
        if walk.embedded is not None:
            marks["embedded"] = walk.embedded
        if walk.reason and walk.status == PlaylistStatus.WALKED:
            marks |= {"is_restless": walk.is_restless, "shortfall": walk.shortfall}
        reason = walk.reason
        if refusal := walk.refusal_at(run_time(self._run_id)):
            marks["refusal"], reason = refusal, str(refusal)
        self._add_playlist(walk.metadata, walk.playlist_id, walk.status, reason, **marks)
        if walk.status != PlaylistStatus.WALKED:
            self.counts += _refused(walk.status)
            return
        snapshot_id = walk.snapshot_id
        for page in walk.pages.in_order():
            context = {
                "playlist_id": walk.playlist_id,
                "snapshot_id": snapshot_id,
                "offset": page.request.params["offset"],
            }
            self._add("playlist_items", page, context)
        self.counts += Counts(entries=walk.pages.entries, walked=1)

    def add_records(self, records: Iterable[Record]) -> None:
        for kind, response, context in records:
            self._add(kind, response, context)

    def add_plays(self, plays: PlannedPlays) -> None:
        context = {"gap": plays.gap} if plays.gap else {}
        self._add("recently_played", plays.page, context)

    def finish(self) -> bytes:
        if not self._records:
            self._write(purged_record(self._run_id, run_time(self._run_id)))
        return b"".join([*self._compressed, self._gzip.flush()])

    def _add_playlist(
        self,
        response: Response,
        playlist_id: str,
        status: str,
        reason: str | None,
        **marks: Any,
    ) -> None:
        context = {"playlist_id": playlist_id, "status": status, "reason": reason, **marks}
        self._add("playlist", response, context)

    def _add(self, kind: str, response: Response, context: dict[str, Any]) -> None:
        envelope = Envelope(
            kind=kind,
            run_id=self._run_id,
            fetched_at=response.fetched_at,
            request=response.request,
            context=context,
            body=response.body,
        )
        self._write(msgspec.json.encode(envelope) + b"\n")

    def _write(self, line: bytes) -> None:
        self._records += 1
        self._compressed.append(self._gzip.compress(line))


def build_part(
    plan: Plan,
    number: int,
    planned: list[Planned],
    progress: PartProgress,
    purged: Collection[str] = (),
) -> PartBuilder:
    """Build a part in the plan's order, without the playlists in `purged`.

    Empties `progress`, to free memory while it grows.
    """
    part = PartBuilder(plan.run_id)
    if number == 0:
        for playlist in plan.without(purged).not_walked:
            part.add_not_walked(playlist)
    for position, one in enumerate(planned):
        walk = progress.walks.pop(position, None)
        if isinstance(one, PurgedPlaylist) or (walk and walk.playlist_id in purged):
            continue
        if isinstance(one, PlannedPlays):
            part.add_plays(one)
        elif walk:
            part.add_walk(walk)
        else:
            part.add_records(progress.records.pop(position))
    return part


def _refused(status: str) -> Counts:
    return Counts(
        refused=int(status != PlaylistStatus.UNCHANGED),
        forbidden=int(status == PlaylistStatus.FORBIDDEN),
    )
