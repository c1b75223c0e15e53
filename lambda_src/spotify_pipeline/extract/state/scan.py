"""Scans stored raw parts for the walks, artists and albums that the schedule's state records.

The parts themselves are the source, so that the result is the same whichever attempt stored them.
"""

import gzip
import io
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from spotify_pipeline.extract.state.schedule_state import Kind, Scan, StoredWalk
from spotify_pipeline.raw import Envelope
from spotify_pipeline.statuses import PlaylistStatus

_ID_LENGTH = 22


class _PlaylistContext(msgspec.Struct):
    playlist_id: str
    status: str
    reason: str | None = None


class _Playlist(msgspec.Struct):
    snapshot_id: str | None = None


class _EnrichmentContext(msgspec.Struct):
    ids: list[str] = []
    status: str = ""


class _Named(msgspec.Struct):
    id: str | None = None


class _Album(_Named):
    type: str | None = None
    artists: list[_Named] | None = None


class _Track(msgspec.Struct):
    type: str | None = None
    album: _Album | None = None
    artists: list[_Named] | None = None


class _Entry(msgspec.Struct):
    item: _Track | UnsetType | None = UNSET
    track: _Track | UnsetType | None = UNSET

    @property
    def content(self) -> _Track | None:
        content = self.track if self.item is UNSET else self.item
        return None if content is UNSET else content


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]


_decode_line = msgspec.json.Decoder(Envelope).decode
_decode_page = msgspec.json.Decoder(_Page).decode
_decode_entry = msgspec.json.Decoder(_Entry).decode


def scan_part(part: bytes, at: datetime, kinds: Collection[Kind]) -> Scan:
    """Scan a part of a run at the time `at`. Playlists' entries name ids of these `kinds` only."""
    scan = Scan()
    with gzip.open(io.BytesIO(part)) as lines:
        for line in lines:
            record = _decode_line(line)
            match record.kind:
                case "playlist":
                    scan.walks |= _walk_in(record, at)
                case "artists":
                    scan.fetched["artists"].update(_fetched_ids(record))
                case "albums":
                    scan.fetched["albums"].update(_fetched_ids(record))
                case "playlist_items" if kinds:
                    for track in _tracks_in(record):
                        if "albums" in kinds:
                            scan.named["albums"].update(_ids([track.album]))
                        if "artists" in kinds:
                            scan.named["artists"].update(_artist_ids(track))
    return scan


def _walk_in(record: Envelope, at: datetime) -> dict[str, StoredWalk]:
    """The walk of a playlist, by its id; empty if it was not walked."""
    context = msgspec.convert(record.context, _PlaylistContext)
    if context.status != PlaylistStatus.WALKED:
        return {}
    body = msgspec.json.decode(record.body, type=_Playlist)
    # Only a walk whose snapshot changed at every request has a reason.
    is_restless = context.reason is not None
    return {context.playlist_id: StoredWalk(body.snapshot_id, at, is_restless)}


def _fetched_ids(record: Envelope) -> list[str]:
    """The ids of an enrichment response that was not refused."""
    context = msgspec.convert(record.context, _EnrichmentContext)
    return [] if context.status else context.ids


def _tracks_in(record: Envelope) -> Iterator[_Track]:
    """The tracks of a page that have an album; no podcast episodes."""
    for raw in _decode_page(record.body).items:
        try:
            track = _decode_entry(raw).content
        except msgspec.MsgspecError:
            # The transform rejects an unreadable entry; it has no ids to fetch.
            continue
        if track and track.album and track.album.type != "show":
            yield track


def _artist_ids(track: _Track) -> Iterator[str]:
    yield from _ids(track.artists)
    if track.album:
        yield from _ids(track.album.artists)


def _ids(named: Iterable[_Named | None] | None) -> Iterator[str]:
    """Valid ids; local files have none."""
    for one in named or ():
        if one and one.id and len(one.id) == _ID_LENGTH and one.id.isalnum():
            yield one.id
