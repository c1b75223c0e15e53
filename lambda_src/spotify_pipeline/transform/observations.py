"""Lines with one observation: of a playlist, or of an attempt at a run.

A row with an unreadable field is stored with null in its place, beside a rejected row with the
reason. Without its row, the entries of a playlist would be in no view.
"""

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.raw import Envelope, RunRecord
from spotify_pipeline.schema import NotNull
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.json_text.decoding import UNREADABLE, decode_context, decoder
from spotify_pipeline.transform.json_text.fields import read_fields
from spotify_pipeline.transform.lines import Line
from spotify_pipeline.transform.rows.observations import Observation, playlist_row, run_row

_REQUIRED_OF_RUN = [c.name for c in tables.RUNS.own_columns if NotNull() in c.rules]

_decode_playlist = decoder(responses.Playlist)
_decode_run = decoder(RunRecord)


def read_playlist(line: Line, envelope: Envelope) -> str | None:
    """Read the metadata; return the snapshot."""
    observation = decode_context(envelope.context, Observation)
    playlist, fault = _read_metadata(envelope.body)
    line.rows.add([playlist_row(observation, playlist, line.location())])
    if fault:
        line.reject_error(tables.PLAYLISTS, fault)
    snapshot_id = playlist.snapshot_id if playlist else None
    return snapshot_id if isinstance(snapshot_id, str) else None


def _read_metadata(body: msgspec.Raw) -> tuple[responses.Playlist | None, Exception | None]:
    """The readable metadata of a playlist, None if nothing is; and why not all of it is."""
    if bytes(body) == b"null":
        return None, None
    try:
        return _decode_playlist(body), None
    except Exception as error:
        try:
            fields = read_fields(body, responses.Playlist)
        except UNREADABLE:
            return None, error
        fault = ValueError("; ".join(fields.faults)) if fields.faults else error
        return responses.Playlist(**fields.values), fault


def read_run(line: Line, envelope: Envelope) -> None:
    """Read a run record. Raises one of UNREADABLE if a required column has no value."""
    try:
        record = msgspec.structs.asdict(_decode_run(envelope.body))
        line.rows.add([run_row(record, line.location())])
    except UNREADABLE as error:
        fields = read_fields(envelope.body, RunRecord)
        if any(fields.values.get(name) is None for name in _REQUIRED_OF_RUN):
            raise
        line.rows.add([run_row(fields.values, line.location())])
        fault = ValueError("; ".join(fields.faults)) if fields.faults else error
        line.reject_error(tables.RUNS, fault)
