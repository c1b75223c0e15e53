"""Lines of catalog items: artists, albums and further pages of an album's tracks."""

from collections.abc import Callable, Iterable

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.raw import Envelope
from spotify_pipeline.schema import Table
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.lines import UNREADABLE, Line, Text
from spotify_pipeline.transform.pages import read_items
from spotify_pipeline.transform.rows.batch import Detail, Located
from spotify_pipeline.transform.rows.observations import artist_row
from spotify_pipeline.transform.rows.tracks import album_batches, track_batches

_decode_batch = msgspec.json.Decoder(responses.Batch).decode
_decode_artist = msgspec.json.Decoder(responses.Artist).decode
_decode_album = msgspec.json.Decoder(responses.WholeAlbum).decode
_decode_track = msgspec.json.Decoder(responses.Item).decode


class _Context(msgspec.Struct):
    """`status` and `reason` are set if Spotify refused the request."""

    album_id: str | None = None
    offset: responses.Offset = 0
    status: str | None = None
    reason: str | None = None


def read_artists(line: Line, envelope: Envelope) -> None:
    def read(raw: Text, position: int | None) -> None:
        line.rows.add([artist_row(_decode_artist(raw), line.location(position))])

    _each(line, envelope, tables.ARTISTS, read)


def read_albums(line: Line, envelope: Envelope) -> None:
    """Read albums, each with its first tracks."""

    def read(raw: Text, position: int | None) -> None:
        album = _decode_album(raw)
        if not album.id:
            raise ValueError("an album without an id")
        located: Located[responses.Album] = Located(album.id, album, line.location(position))
        line.rows.add(album_batches([located], Detail.FULL))
        # Enrichment requested the album alone; its tracks need not be in any playlist.
        if album.tracks and not envelope.context.get("enriches"):
            _tracks(line, album.tracks.items, album.id, 0)

    _each(line, envelope, tables.ALBUMS, read)


def read_album_tracks(line: Line, envelope: Envelope) -> None:
    context = msgspec.convert(envelope.context, _Context)
    _tracks(line, read_items(envelope.body), context.album_id, context.offset)


def _tracks(line: Line, items: Iterable[Text], album_id: str | None, offset: int) -> None:
    for position, raw in enumerate(items, start=offset):
        try:
            track = _decode_track(raw)
            if not track.id:
                raise ValueError("a track without an id")
        except UNREADABLE as error:
            line.reject(tables.TRACKS, str(error), raw, position)
        else:
            located = Located(track.id, track, line.location(position))
            line.rows.add(track_batches([located], Detail.SIMPLIFIED, album_id))


def _each(
    line: Line, envelope: Envelope, table: Table, read: Callable[[Text, int | None], None]
) -> None:
    """Read one object, or each one of a batch. A refused request becomes a rejected row."""
    context = msgspec.convert(envelope.context, _Context)
    if context.status:
        reason = f"{context.reason} ({envelope.request.path if envelope.request else ''})"
        line.reject(table, reason, envelope.body, rule=context.status)
        return
    batch = getattr(_decode_batch(envelope.body), envelope.kind)
    if not isinstance(batch, list):
        read(envelope.body, None)
        return
    for position, raw in enumerate(batch):
        try:
            if bytes(raw) == b"null":
                raise ValueError("Spotify does not know the id at this place of the batch")
            read(raw, position)
        except UNREADABLE as error:
            line.reject(table, str(error), raw, position)
