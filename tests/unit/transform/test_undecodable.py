"""Lines, entries and items that cannot be decoded: each is rejected alone, with its reason."""

import json
from typing import Any

import pytest

from spotify_pipeline import tables
from tests.unit.transform.raw_lines import (
    EPISODE,
    PART,
    TRACK,
    line,
    one,
    page,
    read,
    rejections,
    rows,
)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({}, "neither `item` nor `track`"),
        ({"item": {**TRACK, "uri": 7}}, "Expected `str | null`, got `int`"),
        ({"item": TRACK, "added_at": "yesterday"}, "Invalid RFC3339"),
        ({"item": TRACK, "added_at": "2026-01-02T03:04:05"}, "timezone"),
        ("text", "Expected `object`, got `str`"),
        (None, "Expected `object`, got `null`"),
    ],
)
def test_a_bad_entry_alone_is_rejected_with_reason_and_text(entry: object, reason: str) -> None:
    result = read(
        line("playlist", None, playlist_id="p1", status="walked"), page({"item": TRACK}, entry)
    )
    rejected = one(result, tables.REJECTED)
    assert reason in rejected["reason"]
    assert (rejected["line"], rejected["position"]) == (2, 1)
    assert (rejected["raw_key"], rejected["table_name"]) == (PART.raw_key, "playlist_items")
    assert json.loads(rejected["raw"]) == entry
    assert len(rows(result, tables.PLAYLIST_ITEMS)) == 1
    totals = result.totals
    assert (totals.received, totals.stored, totals.rejected) == (2, 1, 1)


@pytest.mark.parametrize(
    ("bad", "table", "reason"),
    [
        (b"not json", None, "JSON is malformed"),
        (b'{"kind": "playlist_items"}', None, "missing required field"),
        (line("shows", {}), None, "unknown kind 'shows'"),
        (
            line("playlist_items", {"items": 1}, playlist_id="p", offset=0),
            "playlist_items",
            "array",
        ),
        (line("playlist_items", {"items": []}, offset=0), "playlist_items", "playlist_id"),
        (line("playlist", {"name": 1}, playlist_id="p", status="walked"), "playlists", "str"),
        (line("run", {}), "runs", "run_id"),
    ],
)
def test_an_unreadable_line_is_rejected_and_others_stored(
    bad: bytes, table: str | None, reason: str
) -> None:
    result = read(page({"item": TRACK}), bad, page({"item": EPISODE}, offset=1))
    rejected = one(result, tables.REJECTED)
    assert reason in rejected["reason"]
    assert (rejected["line"], rejected["position"], rejected["table_name"]) == (2, None, table)
    assert rejected["raw"].encode() == bad
    assert result.totals.lines_rejected == 1
    assert len(rows(result, tables.PLAYLIST_ITEMS)) == 2


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ({"duration_ms": "long"}, "tracks"),
        ({"duration_ms": 2**31}, "tracks"),
        ({"album": []}, "tracks"),
        ({"artists": [{"id": 7}]}, "tracks"),
        ({"type": "episode", "languages": "en"}, "episodes"),
        ({"uri": "spotify:episode:t1", "album": 7}, "episodes"),
    ],
)
def test_an_entry_with_an_undecodable_item_is_stored(change: dict[str, Any], table: str) -> None:
    """The entry still identifies its item: only the row of the item is rejected."""
    result = read(page({"item": TRACK}, {"item": {**TRACK, **change}}))
    stored = rows(result, tables.PLAYLIST_ITEMS)
    assert [(row["position"], row["item_id"]) for row in stored] == [(0, "t1"), (1, "t1")]
    assert rejections(result) == [(table, "decode", 1, None)]
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (2, 2, 0)


@pytest.mark.parametrize("depth", [1_200, 200_000])
@pytest.mark.parametrize("opening", [("[", "]"), ('{"a":', "}")], ids=["arrays", "objects"])
def test_a_too_deeply_nested_entry_is_rejected_alone(depth: int, opening: tuple[str, str]) -> None:
    deep = f'{{"item": {opening[0] * depth}1{opening[1] * depth}}}'
    text = page({"item": TRACK}, "deep", {"item": {**TRACK, "name": 'a "]}, b'}}).decode()
    result = read(page({"item": TRACK}, offset=9), text.replace('"deep"', deep).encode())
    rejected = one(result, tables.REJECTED)
    assert (rejected["table_name"], rejected["position"], rejected["line"]) == (
        "playlist_items",
        1,
        2,
    )
    assert rejected["raw"] == deep
    assert [row["position"] for row in rows(result, tables.PLAYLIST_ITEMS)] == [9, 0, 2]
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (4, 3, 1)
