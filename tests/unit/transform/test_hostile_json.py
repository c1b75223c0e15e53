"""JSON that a decoder stops at, in each kind of line: it costs one object, never the part."""

import json
from typing import Any

import pytest

from spotify_pipeline import tables
from tests.unit.transform.raw_lines import (
    EPISODE,
    TRACK,
    line,
    one,
    page,
    read,
    rejections,
    rows,
)

DAMAGE = {
    "deep arrays": b"[" * 1_200 + b"]" * 1_200,
    "very deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "high surrogate": b'"\\ud800"',
    "low surrogate": b'"\\udc00x"',
    "no UTF-8": b'"\xff\xfe"',
    "byte order mark": b"\xef\xbb\xbf1",
    "control character": b'"a\x01b"',
    "word": b"oops",
}
of_every_damage = pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
ALBUM: dict[str, Any] = {
    **TRACK["album"],
    "tracks": {"items": [{**TRACK, "id": "t2"}, {**TRACK, "id": "t3"}], "total": 2},
}


def damaged(text: bytes, damage: bytes) -> bytes:
    return text.replace(b'"DAMAGE"', damage)


@of_every_damage
def test_a_damaged_entry_is_rejected_alone(damage: bytes) -> None:
    bad = {"item": TRACK, "added_at": "DAMAGE"}
    result = read(damaged(page({"item": TRACK}, bad, {"item": EPISODE}), damage))
    assert [row["position"] for row in rows(result, tables.PLAYLIST_ITEMS)] == [0, 2]
    assert rejections(result) == [("playlist_items", "decode", 1, None)]


@of_every_damage
def test_an_entry_with_a_damaged_track_is_stored(damage: bytes) -> None:
    bad = {"item": {**TRACK, "id": "t2", "name": "DAMAGE"}}
    result = read(damaged(page({"item": TRACK}, bad, {"item": EPISODE}), damage))
    stored = [row["item_id"] for row in rows(result, tables.PLAYLIST_ITEMS)]
    assert stored == ["t1", "t2", "e1"]
    assert [row["track_id"] for row in rows(result, tables.TRACKS)] == ["t1"]
    assert rejections(result) == [("tracks", "decode", 1, None)]


@of_every_damage
def test_a_damaged_artist_of_a_batch_is_rejected_alone(damage: bytes) -> None:
    artists = [{"id": "a1"}, {"id": "a2", "name": "DAMAGE"}, {"id": "a3"}]
    result = read(damaged(line("artists", {"artists": artists}), damage))
    assert [row["artist_id"] for row in rows(result, tables.ARTISTS)] == ["a1", "a3"]
    assert rejections(result) == [("artists", "decode", 1, None)]


@of_every_damage
def test_a_damaged_album_keeps_its_tracks(damage: bytes) -> None:
    result = read(damaged(line("albums", {**ALBUM, "label": "DAMAGE"}, album_id="b1"), damage))
    tracks = [(row["track_id"], row["album_id"]) for row in rows(result, tables.TRACKS)]
    assert tracks == [("t2", "b1"), ("t3", "b1")]
    assert rejections(result) == [("albums", "decode", None, None)]


@of_every_damage
def test_a_damaged_track_of_an_album_is_rejected_alone(damage: bytes) -> None:
    tracks = [{**TRACK, "id": "t2"}, {**TRACK, "id": "t3", "name": "DAMAGE"}]
    whole = line("albums", {**ALBUM, "tracks": {"items": tracks}}, album_id="b1")
    further = line("album_tracks", {"items": tracks}, album_id="b1", offset=50)
    result = read(damaged(whole, damage), damaged(further, damage))
    assert one(result, tables.ALBUMS)["album_id"] == "b1"
    assert [row["track_id"] for row in rows(result, tables.TRACKS)] == ["t2"]
    assert rejections(result) == [("tracks", "decode", 1, None), ("tracks", "decode", 51, None)]


@of_every_damage
def test_a_damaged_line_of_no_known_kind_is_rejected(damage: bytes) -> None:
    result = read(page({"item": TRACK}), damaged(line("shows", {"a": "DAMAGE"}), damage))
    assert rejections(result) == [(None, "decode", None, None)]
    assert result.totals.stored == 1


@pytest.mark.parametrize(
    "bad",
    [
        b"\xef\xbb\xbf" + page({"item": TRACK}, offset=1),
        page({"item": TRACK}, offset=1)[:-3],
        page({"item": TRACK}, offset=1) + b" x",
        b"[" * 5_000,
        b"\x00",
        b"[]",
        b"null",
        b'{"kind": "run"',
    ],
    ids=["byte order mark", "truncated", "followed", "deep", "NUL", "array", "null", "open"],
)
def test_a_line_that_is_no_record_is_rejected_whole(bad: bytes) -> None:
    result = read(page({"item": TRACK}), bad, page({"item": EPISODE}, offset=2))
    assert [row["position"] for row in rows(result, tables.PLAYLIST_ITEMS)] == [0, 2]
    assert one(result, tables.REJECTED)["line"] == 2
    assert result.totals.lines_rejected == 1


def test_the_last_of_repeated_keys_counts() -> None:
    text = page({"item": {**TRACK, "name": "First", "REPEATED": "Last"}})
    result = read(text.replace(b'"REPEATED"', b'"name"'))
    assert one(result, tables.TRACKS)["name"] == "Last"


@pytest.mark.parametrize("tracks", [7, [], "x", {"items": None}, {"total": 3}], ids=json.dumps)
def test_an_album_with_unreadable_tracks_is_stored(tracks: object) -> None:
    result = read(line("albums", {**ALBUM, "tracks": tracks}, album_id="b1"))
    assert one(result, tables.ALBUMS)["album_id"] == "b1"
    assert rejections(result) == [("tracks", "decode", None, None)]


def test_an_album_without_readable_artists_is_rejected_alone() -> None:
    result = read(line("albums", {**ALBUM, "artists": 7}, album_id="b1"))
    assert [row["track_id"] for row in rows(result, tables.TRACKS)] == ["t2", "t3"]
    assert rejections(result) == [("albums", "decode", None, None)]


@pytest.mark.parametrize("artists", [None, []])
def test_an_album_of_its_own_without_artists_is_stored(artists: object) -> None:
    result = read(line("albums", {**ALBUM, "artists": artists}, album_id="b1"))
    assert one(result, tables.ALBUMS)["album_id"] == "b1"
    assert not rows(result, tables.REJECTED)
