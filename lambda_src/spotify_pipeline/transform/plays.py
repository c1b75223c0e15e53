"""Lines of recently played tracks: each play is stored, or rejected with its place in the page."""

from typing import NamedTuple

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.raw import Envelope, PlayGap
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.json_text.decoding import (
    UNREADABLE,
    Text,
    decode_context,
    decoder,
)
from spotify_pipeline.transform.json_text.fields import read_fields
from spotify_pipeline.transform.lines import Line
from spotify_pipeline.transform.pages import read_items
from spotify_pipeline.transform.rows.batch import RowError
from spotify_pipeline.transform.rows.plays import gap_row, play_batches

_decode_play = decoder(responses.Play)


class _Context(msgspec.Struct):
    gap: PlayGap | None = None


class _ReadPlay(NamedTuple):
    """A play; if its track is unreadable, `fault` is the reason, and only its ids are set."""

    play: responses.Play
    fault: Exception | None


def read_plays(line: Line, envelope: Envelope) -> None:
    """Read a page play by play, then the gap before it."""
    for position, raw in enumerate(read_items(envelope.body)):
        try:
            _add_play(line, raw, position)
        except Exception as error:
            line.reject_error(tables.PLAYS, error, raw, position)
    try:
        context = decode_context(envelope.context, _Context)
    except UNREADABLE as error:
        line.reject_error(tables.PLAY_GAPS, error)
        return
    if context.gap:
        line.rows.add([gap_row(context.gap, line.location())])


def _add_play(line: Line, raw: Text, position: int) -> None:
    """Add a play with its track; one with an unreadable track without the track's row."""
    play, fault = _read_play(raw)
    location = line.location(position)
    if not play.track:
        raise ValueError("the play names no track")
    if fault is None:
        try:
            line.rows.add(play_batches(play, position, location))
        except RowError as error:
            fault = error
    if fault:
        line.rows.add(play_batches(play, position, location, described=False))
        line.reject_error(tables.TRACKS, fault, raw, position)


def _read_play(raw: Text) -> _ReadPlay:
    """Decode a play, or at least what identifies its track. Raises one of UNREADABLE."""
    try:
        return _ReadPlay(_decode_play(raw), None)
    except UNREADABLE as error:
        fields = read_fields(raw, responses.PlayIds)
        play = responses.PlayIds(**fields.values).as_play()
        if fields.faults or not play.entry.is_identified:
            raise
        return _ReadPlay(play, error)
