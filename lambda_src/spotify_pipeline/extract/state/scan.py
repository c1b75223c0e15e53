"""Reading stored raw parts again: what a run has walked, named and asked for.

Read from the parts and not kept aside, so that it is the same whichever attempt stored them.
"""

import gzip
import io
from collections.abc import Collection, Iterator
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from spotify_pipeline.extract.state.schedule_state import Kind, Seen, StoredWalk
from spotify_pipeline.raw import Envelope

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


def see(part: bytes, at: datetime, kinds: Collection[Kind], seen: Seen) -> None:
    """Add to `seen` what a part of the run of the time `at` holds; ids that it names of `kinds`."""
    with gzip.open(io.BytesIO(part)) as lines:
        for line in lines:
            record = _decode_line(line)
            if record.kind == "playlist":
                _see_walk(record, at, seen)
            elif record.kind in ("artists", "albums"):
                context = msgspec.convert(record.context, _EnrichmentContext)
                if not context.status:
                    seen.asked[record.kind].update(context.ids)  # type: ignore[index]
            elif record.kind == "playlist_items" and kinds:
                _see_entries(record, kinds, seen)


def _see_walk(record: Envelope, at: datetime, seen: Seen) -> None:
    context = msgspec.convert(record.context, _PlaylistContext)
    if context.status == "walked":
        body = msgspec.json.decode(record.body, type=_Playlist)
        # Only a walk that never stood still has a reason.
        restless = context.reason is not None
        seen.walks[context.playlist_id] = StoredWalk(body.snapshot_id, at, restless)


def _see_entries(record: Envelope, kinds: Collection[Kind], seen: Seen) -> None:
    for raw in _decode_page(record.body).items:
        try:
            track = _decode_entry(raw).content
        except msgspec.MsgspecError:
            # What cannot be read is the transform's to reject; nothing can be asked about it.
            continue
        if track is None or track.album is None or track.album.type == "show":
            continue
        if "albums" in kinds:
            seen.named["albums"].update(_ids([track.album]))
        if "artists" in kinds:
            seen.named["artists"].update(_ids(track.artists), _ids(track.album.artists))


def _ids(named: list[_Named] | list[_Album] | None) -> Iterator[str]:
    """Real ids: local files have none, and stranger things have stranger ones."""
    for one in named or ():
        if one.id and len(one.id) == _ID_LENGTH and one.id.isalnum():
            yield one.id
