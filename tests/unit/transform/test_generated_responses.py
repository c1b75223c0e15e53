"""Generated damage in every kind of line: sound objects are stored, all others accounted for.

`--hypothesis-profile=thorough` generates many more examples.
"""

import io
import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

import polars as pl
import polars.selectors as cs
from hypothesis import given
from hypothesis import strategies as st

from fake_spotify.regime import Regime
from fake_spotify.responses import Responses
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import Track
from spotify_pipeline import tables
from spotify_pipeline.tables import Table
from spotify_pipeline.transform.lines import ERROR
from tests.unit.transform.mutants import Mutant, mutants
from tests.unit.transform.raw_lines import FETCHED, PART, RUN, TRACK, Result, line, read

MUTANTS = 12
"""Damaged objects in a part."""

_WORLD = synthetic_world()
_LIBRARY = _WORLD.library(_WORLD.days[0])
_TRACKS = list(_WORLD.albums.values())
_SHAPES = [Responses(regime, "https://api.spotify.com/v1/") for regime in Regime]
FULL_RUN = {
    **RUN,
    "finished_at": FETCHED,
    "resume_at": FETCHED,
    "status": "partial",
    "reason": "429",
    "regime": "NEW-DEV",
}


def _entries(shape: Responses) -> list[Any]:
    found = chain.from_iterable(playlist.entries[:12] for playlist in _LIBRARY)
    return [shape.entry(entry, episodes=n % 3 > 0) for n, entry in enumerate(found)]


def _playlists(shape: Responses) -> list[Any]:
    contents = {"total": 3, "items": []}
    return [
        *(shape.playlist(one) | {"items": contents, "tracks": contents} for one in _LIBRARY),
        *(shape.listed_playlist(playlist, readable=True) for playlist in _LIBRARY),
    ]


def _album(shape: Responses, tracks: Sequence[Track]) -> Any:
    listed = [shape.simple_track(track) for track in tracks[:3]]
    page = shape.page("albums/x/tracks", listed, 50, 0, len(listed))
    return shape.album(tracks[0].album, page)


ENTRIES = [entry for shape in _SHAPES for entry in _entries(shape)]
PLAYLISTS = [playlist for shape in _SHAPES for playlist in _playlists(shape)]
ARTISTS = [shape.artist(tracks[0].artists[0]) for shape in _SHAPES for tracks in _TRACKS[:20]]
ALBUMS = [_album(shape, tracks) for shape in _SHAPES for tracks in _TRACKS[:20]]
ALBUM_TRACKS = [shape.simple_track(tracks[0]) for shape in _SHAPES for tracks in _TRACKS[:20]]


def several(values: list[Any]) -> st.SearchStrategy[list[Mutant]]:
    return st.lists(mutants(values), min_size=MUTANTS, max_size=MUTANTS)


def with_body(body: bytes, kind: str, **context: object) -> bytes:
    return line(kind, "BODY", **context).replace(b'"BODY"', body)


def read_soundly(*lines: bytes) -> Result:
    """The rows of these lines and of sound ones beside them; checks what holds for each part."""
    result = read(*lines, *SOUND)
    totals = result.totals
    assert totals.received == totals.stored + totals.rejected
    for table, key in SOUND_KEYS.items():
        assert key in {row[table.key[0]] for row in rows(result, table)}
    rejected = rows(result, tables.REJECTED)
    keys = [tuple(row[column] for column in tables.REJECTED.key) for row in rejected]
    assert len(keys) == len(set(keys))
    assert ERROR not in {row["rule"] for row in rejected}
    return result


SOUND_KEYS: dict[Table, str] = {
    tables.PLAYLISTS: "sound",
    tables.PLAYLIST_ITEMS: "sound",
    tables.TRACKS: "soundtrack",
    tables.ALBUMS: "soundalbum",
    tables.ARTISTS: "soundartist",
    tables.RUNS: PART.run_id,
}
SOUND = [
    line("playlist", {"name": "Sound"}, playlist_id="sound", status="walked"),
    line(
        "playlist_items",
        {"items": [{"item": TRACK}]},
        playlist_id="sound",
        snapshot_id="s",
        offset=0,
    ),
    line("artists", {"id": "soundartist"}),
    line("albums", {"id": "soundalbum", "tracks": {"items": [{"id": "soundtrack"}]}}),
    line("run", {**FULL_RUN, "attempt": 99}),
]


def rows(result: Result, table: Table) -> list[dict[str, Any]]:
    """The stored rows, without timestamps, which may exceed Python's datetime range."""
    file = result.files.get(table)
    if file is None:
        return []
    return pl.read_parquet(io.BytesIO(file)).select(~cs.temporal()).to_dicts()


def rejected_places(result: Result, table: Table) -> set[tuple[int, int | None]]:
    found = rows(result, tables.REJECTED)
    return {(row["line"], row["position"]) for row in found if row["table_name"] == table.name}


def joined(mutated: Sequence[Mutant], sound: bytes) -> bytes:
    """An array in which every other element is sound."""
    return b"[" + b",".join(part for one in mutated for part in (sound, one.text)) + b"]"


@given(several(ENTRIES))
def test_an_entry_is_stored_or_rejected(mutated: list[Mutant]) -> None:
    items = joined(mutated, json.dumps({"item": TRACK}).encode())
    result = read_soundly(
        with_body(
            b'{"items":' + items + b"}",
            "playlist_items",
            playlist_id="p1",
            snapshot_id="s",
            offset=50,
        )
    )
    stored = [
        row["position"] - 50
        for row in rows(result, tables.PLAYLIST_ITEMS)
        if row["playlist_id"] == "p1"
    ]
    rejected = [
        position - 50
        for _, position in rejected_places(result, tables.PLAYLIST_ITEMS)
        if position is not None
    ]
    assert sorted(stored + rejected) == list(range(2 * MUTANTS))
    assert set(range(0, 2 * MUTANTS, 2)) <= set(stored)
    assert result.totals.received == 2 * MUTANTS + 1


@given(several(PLAYLISTS))
def test_a_playlist_keeps_its_row(mutated: list[Mutant]) -> None:
    lines = [
        with_body(one.text, "playlist", playlist_id=f"p{n}", status="walked", reason=None)
        for n, one in enumerate(mutated)
    ]
    found = {
        row["playlist_id"]: row["status"] for row in rows(read_soundly(*lines), tables.PLAYLISTS)
    }
    assert found == {f"p{n}": "walked" for n in range(MUTANTS)} | {"sound": "walked"}


@given(several(ARTISTS))
def test_an_artist_is_stored_or_rejected(mutated: list[Mutant]) -> None:
    batch = b'{"artists":' + joined(mutated, b'{"id":"a1"}') + b"}"
    singles = [with_body(one.text, "artists") for one in mutated]
    result = read_soundly(with_body(batch, "artists", enriches=True), *singles)
    rejected = rejected_places(result, tables.ARTISTS)
    stored = {row["artist_id"] for row in rows(result, tables.ARTISTS)}
    assert "a1" in stored
    assert all(position is None or position % 2 for line, position in rejected if line == 1)
    for n, one in enumerate(mutated):
        for place in ((1, 2 * n + 1), (n + 2, None)):
            assert place in rejected or one.id in stored


@given(several(ALBUMS))
def test_an_album_is_stored_or_rejected(mutated: list[Mutant]) -> None:
    batch = b'{"albums":' + joined(mutated, b'{"id":"b1"}') + b"}"
    singles = [with_body(one.text, "albums", album_id=f"s{n}") for n, one in enumerate(mutated)]
    result = read_soundly(with_body(batch, "albums", enriches=True), *singles)
    rejected = rejected_places(result, tables.ALBUMS)
    stored = {row["album_id"] for row in rows(result, tables.ALBUMS)}
    assert "b1" in stored
    for n, one in enumerate(mutated):
        for place in ((1, 2 * n + 1), (n + 2, None)):
            assert place in rejected or one.id in stored


@given(several(ALBUM_TRACKS))
def test_a_track_of_an_album_is_stored_or_rejected(mutated: list[Mutant]) -> None:
    body = b'{"items":' + joined(mutated, b'{"id":"t1"}') + b"}"
    result = read_soundly(with_body(body, "album_tracks", album_id="b1", offset=50))
    rejected = rejected_places(result, tables.TRACKS)
    stored = {row["track_id"]: row["album_id"] for row in rows(result, tables.TRACKS)}
    assert stored["t1"] == "b1"
    assert all(position is not None and position % 2 for _, position in rejected)
    for n, one in enumerate(mutated):
        assert (1, 51 + 2 * n) in rejected or one.id in stored


@given(several([FULL_RUN]))
def test_a_run_is_stored_or_rejected(mutated: list[Mutant]) -> None:
    attempts = [b'"attempt": %d,' % n for n in range(1, MUTANTS + 1)]
    texts = [
        one.text.replace(b'"attempt": 1,', attempt)
        for one, attempt in zip(mutated, attempts, strict=True)
    ]
    result = read_soundly(*(with_body(text, "run") for text in texts))
    stored = {row["attempt"] for row in rows(result, tables.RUNS)}
    rejected = rejected_places(result, tables.RUNS)
    for n, text in enumerate(texts):
        has_another_attempt = attempts[n] not in text
        assert n + 1 in stored or (n + 1, None) in rejected or has_another_attempt


ENVELOPES = [
    json.loads(one)
    for one in (
        line("playlist", PLAYLISTS[0], playlist_id="p1", status="walked", reason=None),
        line("playlist_items", {"items": ENTRIES[:3]}, playlist_id="p1", snapshot_id="s", offset=0),
        line("artists", {"artists": ARTISTS[:3]}, enriches=True, ids=["a"]),
        line("artists", None, artist_id="a", status="missing", reason="404"),
        line("albums", ALBUMS[0], album_id="b1"),
        line("album_tracks", {"items": ALBUM_TRACKS[:3]}, album_id="b1", offset=50),
        line("run", FULL_RUN),
    )
]
"""Records with bodies of few keys, so that the damage often strikes the envelope."""


@given(several([{**one, "body": {}} for one in ENVELOPES] + ENVELOPES))
def test_a_damaged_line_costs_no_other(mutated: list[Mutant]) -> None:
    read_soundly(*(one.text for one in mutated))
