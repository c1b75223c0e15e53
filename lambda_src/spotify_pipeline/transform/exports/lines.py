"""Lines of exported plays: records of one file of an export, without their private fields."""

from collections.abc import Callable

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.raw import Envelope
from spotify_pipeline.statuses import PlayOrigin
from spotify_pipeline.transform.exports.rows import (
    AccountDataPlay,
    Export,
    ExtendedPlay,
    Play,
    play_batch,
)
from spotify_pipeline.transform.json_text.decoding import (
    UNREADABLE,
    Text,
    decode_context,
    decode_elements,
    decoder,
)
from spotify_pipeline.transform.lines import Line
from spotify_pipeline.transform.rows.batch import RowError

_Decode = Callable[[Text], Play]


class _Unreadable(msgspec.Struct):
    """Takes the place of a record that the import could not read: its text may be private."""

    unreadable: str | None = None


_decoders: dict[PlayOrigin, _Decode] = {
    PlayOrigin.EXTENDED: decoder(ExtendedPlay),
    PlayOrigin.ACCOUNT_DATA: decoder(AccountDataPlay),
}
_decode_unreadable = decoder(_Unreadable)


def read_exported_plays(line: Line, envelope: Envelope) -> None:
    """Read all records at once, or one by one if any of them is unsound."""
    export = decode_context(envelope.context, Export)
    decode = _decoders.get(export.origin)
    if decode is None:
        raise ValueError(f"origin {export.origin!r} is no export")
    records = decode_elements(envelope.body)
    try:
        _add(line, export, [decode(record) for record in records], export.first)
    except MemoryError:
        raise
    except Exception:
        for position, record in enumerate(records, start=export.first):
            _read_record(line, export, decode, record, position)


def record_at(envelope: Envelope, position: int) -> bytes:
    """The text of the record at a position of the export's file."""
    first = decode_context(envelope.context, Export).first
    return decode_elements(envelope.body)[position - first]


def _read_record(line: Line, export: Export, decode: _Decode, record: bytes, position: int) -> None:
    try:
        if reason := _decode_unreadable(record).unreadable:
            line.reject(tables.PLAYS, reason, record, position)
        else:
            _add(line, export, [decode(record)], position)
    except Exception as error:
        cause = error.__cause__ if isinstance(error, RowError) else None
        known = cause if isinstance(cause, UNREADABLE) else error
        line.reject_error(tables.PLAYS, known, record, position)


def _add(line: Line, export: Export, plays: list[Play], first: int) -> None:
    positions = range(first, first + len(plays))
    locations = range(line.location(first), line.location(first + len(plays)))
    line.rows.add([play_batch(export, plays, positions, locations)])
