"""Builders of raw parts, and the rows that the transform stores for them."""

import gzip
import io
import json
from typing import Any, NamedTuple

import polars as pl

from spotify_pipeline import tables
from spotify_pipeline.keys import Part
from spotify_pipeline.tables import Table
from spotify_pipeline.transform.conversion import Totals, read_part

PART = Part("2026-03-01", "20260301T060000Z-daily-0a1b2c3d", "0000")
FETCHED = "2026-03-01T06:00:01Z"
TRACK: dict[str, Any] = {
    "type": "track",
    "id": "t1",
    "uri": "spotify:track:t1",
    "name": "Song",
    "duration_ms": 200_000,
    "explicit": True,
    "is_local": False,
    "disc_number": 1,
    "track_number": 4,
    "is_playable": True,
    "external_ids": {"isrc": "usabc2600001"},
    "artists": [{"id": "a1", "name": "One"}, {"id": None, "name": ""}, {"id": "a2", "name": "Two"}],
    "album": {
        "id": "b1",
        "name": "Album",
        "album_type": "album",
        "release_date": "1999-12",
        "release_date_precision": "month",
        "total_tracks": 12,
        "artists": [{"id": "a1", "name": "One"}],
    },
}
EPISODE: dict[str, Any] = {
    "type": "episode",
    "id": "e1",
    "uri": "spotify:episode:e1",
    "name": "Talk",
    "duration_ms": 1_800_000,
    "explicit": False,
    "release_date": "2025",
    "release_date_precision": "year",
    "languages": ["en", "de"],
    "show": {"id": "s1", "name": "Show"},
}
DISGUISED: dict[str, Any] = {
    "type": "track",
    "id": "e1",
    "uri": "spotify:episode:e1",
    "name": "Talk",
    "duration_ms": 1_800_000,
    "explicit": False,
    "album": {"id": "s1", "type": "show", "name": "Show", "artists": []},
    "artists": [{"id": None, "name": None}],
}
RELINKED = {**TRACK, "linked_from": {"id": "t0", "uri": "spotify:track:t0", "type": "track"}}
LOCAL: dict[str, Any] = {
    "type": "track",
    "id": None,
    "uri": "spotify:local:::Demo:187",
    "name": "Demo",
    "is_local": True,
    "artists": [{"id": None, "name": ""}],
    "album": {"id": None, "name": ""},
}
RUN: dict[str, Any] = {
    "run_id": PART.run_id,
    "attempt": 1,
    "schedule": "daily",
    "started_at": FETCHED,
    "status": "complete",
    "reason": None,
    "api_calls": 9,
    "throttled_seconds": 0,
    "playlists_seen": 3,
    "playlists_walked": 2,
    "playlists_refused": 1,
    "entries": 7,
    "parts": 1,
}


def line(kind: str, body: object, **context: object) -> bytes:
    record = {
        "kind": kind,
        "run_id": PART.run_id,
        "fetched_at": FETCHED,
        "request": {"path": "x", "params": {}},
        "context": context,
        "body": body,
    }
    return json.dumps(record).encode()


def page(*entries: object, offset: int = 0) -> bytes:
    body = {"items": list(entries), "total": len(entries)}
    return line("playlist_items", body, playlist_id="p1", snapshot_id="s+/=", offset=offset)


class Result(NamedTuple):
    """The result of a part with the given lines."""

    files: dict[Table, bytes]
    totals: Totals


def read(*lines: bytes) -> Result:
    part = gzip.compress(b"\n".join(lines))
    outcome = read_part(PART, lambda: part)
    return Result(outcome.files, outcome.totals)


def rows(result: Result, table: Table) -> list[dict[str, Any]]:
    file = result.files.get(table)
    return pl.read_parquet(io.BytesIO(file)).to_dicts() if file else []


def one(result: Result, table: Table) -> dict[str, Any]:
    [row] = rows(result, table)
    return row


def rejections(result: Result) -> list[tuple[str | None, str, int | None, str | None]]:
    columns = ("table_name", "rule", "position", "row_key")
    found = [tuple(row[column] for column in columns) for row in rows(result, tables.REJECTED)]
    return sorted(found, key=str)
