"""Raw parts: gzip JSON lines of envelopes, whole playlists each."""

import zlib
from collections.abc import Iterable
from typing import Any

import msgspec

from spotify_pipeline.extract.parts.catalog_items import Record
from spotify_pipeline.extract.parts.playlist_walk import Walk
from spotify_pipeline.extract.plan import UNCHANGED, PlannedPlaylist
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.raw import Envelope

_GZIP = 31
"""What zlib calls the largest window, in a gzip container."""

_LEVEL = 4
"""A recording of playlists grows by 2 % against zlib's usual level, in two fifths of the time."""


class Counts(msgspec.Struct, frozen=True):
    """What a part holds; kept beside it as object metadata, so that a resumed run can add up."""

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

    def add_not_walked(self, planned: PlannedPlaylist) -> None:
        """A playlist that the plan does not walk: unchanged, or refused."""
        self._add_playlist(planned.found, planned.id, planned.status, planned.reason)
        self.counts += _refused(planned.status)

    def add_walk(self, walk: Walk) -> None:
        """The playlist as observed, then its pages."""
        self._add_playlist(walk.metadata, walk.playlist_id, walk.status, walk.reason)
        if walk.status != "walked":
            self.counts += _refused(walk.status)
            return
        for page in walk.pages.in_order():
            context = {
                "playlist_id": walk.playlist_id,
                "snapshot_id": walk.snapshot_id,
                "offset": page.request.params["offset"],
            }
            self._add("playlist_items", page, context)
        self.counts += Counts(entries=walk.pages.entries, walked=1)

    def add_records(self, records: Iterable[Record]) -> None:
        for kind, response, context in records:
            self._add(kind, response, context)

    def finish(self) -> bytes:
        return b"".join([*self._compressed, self._gzip.flush()])

    def _add_playlist(
        self, response: Response, playlist_id: str, status: str, reason: str | None
    ) -> None:
        context = {"playlist_id": playlist_id, "status": status, "reason": reason}
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
        self._compressed.append(self._gzip.compress(msgspec.json.encode(envelope) + b"\n"))


def _refused(status: str) -> Counts:
    return Counts(refused=int(status != UNCHANGED), forbidden=int(status == "forbidden"))
