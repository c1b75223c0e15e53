"""Lines of catalog items: artists, albums, tracks, and further pages of an album's tracks."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from spotify_pipeline import json_recovery, tables
from spotify_pipeline.raw import Envelope
from spotify_pipeline.schema import Table
from spotify_pipeline.statuses import SHORT, PlaylistStatus
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.json_text.decoding import (
    UNREADABLE,
    Text,
    decode_context,
    decode_elements,
    decode_members,
    decoder,
)
from spotify_pipeline.transform.lines import Line
from spotify_pipeline.transform.pages import read_items
from spotify_pipeline.transform.rows.batch import Detail, Located
from spotify_pipeline.transform.rows.observations import artist_row
from spotify_pipeline.transform.rows.tracks import album_batches, track_batches

_decode_text = decoder(str)
_decode_artist = decoder(responses.Artist)
_decode_album = decoder(responses.Album)
_decode_track = decoder(responses.Item)


class _Context(msgspec.Struct):
    """`status` and `reason` are set if Spotify refused the request.

    `enriches` is set if only the albums themselves were requested, whose tracks need not be in any
    playlist; `ids` are those that it requested. `shortfall` is why an album has fewer tracks than
    its total.
    """

    album_id: str | None = None
    offset: responses.Offset = 0
    enriches: bool = False
    ids: list[str] = []
    status: str | None = None
    reason: str | None = None
    shortfall: str | None = None


class _Object(NamedTuple):
    """An object on a line, with its position in a batch; None if it is the only one."""

    text: bytes
    position: int | None


def read_artists(line: Line, envelope: Envelope) -> None:
    _read_each(line, envelope, tables.ARTISTS, _read_artist)


def read_albums(line: Line, envelope: Envelope) -> None:
    """Read albums, each with its first tracks."""
    _read_each(line, envelope, tables.ALBUMS, _read_album)


def read_tracks(line: Line, envelope: Envelope) -> None:
    """Read tracks with their albums and artists, as in a playlist's entry."""
    _read_each(line, envelope, tables.TRACKS, _read_track)


def read_album_tracks(line: Line, envelope: Envelope) -> None:
    context = decode_context(envelope.context, _Context)
    _read_tracks(line, envelope.body, context.album_id, context.offset)


def _read_each(
    line: Line,
    envelope: Envelope,
    table: Table,
    read: Callable[[Line, _Object, _Context], None],
) -> None:
    """Read one object, or each one of a batch. A refused request becomes a rejected row."""
    context = decode_context(envelope.context, _Context)
    if context.status:
        reason = f"{context.reason} ({envelope.request.path if envelope.request else ''})"
        line.reject(table, reason, envelope.body, rule=context.status)
        return
    if context.shortfall:
        line.reject(tables.TRACKS, context.shortfall, b"", rule=SHORT, row_key=context.album_id)
    for found in _objects(envelope):
        if found.position is not None and found.text == b"null":
            _reject_unknown(line, table, found.position, context)
            continue
        try:
            read(line, found, context)
        except Exception as error:
            line.reject_error(table, error, found.text, found.position)


def _reject_unknown(line: Line, table: Table, position: int, context: _Context) -> None:
    """Reject the null in place of an id, which is known if enrichment requested it."""
    line.reject(
        table,
        "Spotify does not know the id at this place of the batch",
        b"null",
        position,
        rule=PlaylistStatus.MISSING,
        row_key=context.ids[position] if position < len(context.ids) else None,
    )


def _objects(envelope: Envelope) -> Iterator[_Object]:
    """The objects of a batch, which has them in a member; or the single object."""
    members = decode_members(envelope.body)
    if envelope.kind not in members:
        yield _Object(bytes(envelope.body), None)
        return
    for position, text in enumerate(decode_elements(members[envelope.kind])):
        yield _Object(text, position)


def _read_artist(line: Line, subject: _Object, _: _Context) -> None:
    artist = _decode_artist(subject.text)
    line.rows.add([artist_row(artist, line.location(subject.position))])


def _read_track(line: Line, subject: _Object, _: _Context) -> None:
    """Read a track; one that Spotify relinked has the id that was requested."""
    track = _decode_track(subject.text)
    track_id = (track.linked_from or track).id
    if not track_id:
        raise ValueError("a track without an id")
    location = line.location(subject.position)
    line.rows.add(track_batches([Located(track_id, track, location)]))


def _read_album(line: Line, subject: _Object, context: _Context) -> None:
    """Read an album; its tracks are read even if its own fields are unreadable."""
    members = decode_members(subject.text)
    tracks = members.pop("tracks", b"null")
    try:
        album = _decode_album(json_recovery.join(members))
        if not album.id:
            raise ValueError("an album without an id")
        located = Located(album.id, album, line.location(subject.position))
        line.rows.add(album_batches([located], Detail.FULL))
    except Exception as error:
        line.reject_error(tables.ALBUMS, error, subject.text, subject.position)
    if context.enriches or tracks == b"null":
        return
    try:
        _read_tracks(line, tracks, _album_id(members, context), 0)
    except Exception as error:
        line.reject_error(tables.TRACKS, error, subject.text)


def _album_id(members: dict[str, bytes], context: _Context) -> str | None:
    """The id in the album, or in the request if that is missing or unreadable."""
    try:
        return _decode_text(members.get("id", b""))
    except UNREADABLE:
        return context.album_id


def _read_tracks(line: Line, page: Text, album_id: str | None, offset: int) -> None:
    """Read a page of an album's tracks. Raises one of UNREADABLE if it is none."""
    for position, raw in enumerate(read_items(page), start=offset):
        try:
            track = _decode_track(raw)
            if not track.id:
                raise ValueError("a track without an id")
            located = Located(track.id, track, line.location(position))
            line.rows.add(track_batches([located], Detail.SIMPLIFIED, album_id))
        except Exception as error:
            line.reject_error(tables.TRACKS, error, raw, position)
