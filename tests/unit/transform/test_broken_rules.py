"""Rows that break a rule of their table: each is rejected alone, and its entry is stored."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from spotify_pipeline import tables
from tests.unit.transform.raw_lines import TRACK, line, one, page, read, rejections, rows


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"popularity": 101}, ("tracks", "tracks.popularity.range", 0, "t1")),
        ({"duration_ms": -1}, ("tracks", "tracks.duration_ms.range", 0, "t1")),
        (
            {"album": {**TRACK["album"], "id": "b 1"}},
            ("albums", "albums.album_id.pattern", 0, "b 1"),
        ),
        (
            {"artists": [{"id": "a/1", "name": "One"}]},
            ("track_artists", "track_artists.artist_id.pattern", 0, "t1/0"),
        ),
    ],
)
def test_a_row_that_breaks_a_rule_is_rejected_without_its_entry(
    change: dict[str, Any], broken: tuple[Any, ...]
) -> None:
    entry = {"item": {**TRACK, **change}}
    result = read(page(entry))
    assert broken in rejections(result)
    assert one(result, tables.PLAYLIST_ITEMS)["item_id"] == "t1"
    assert result.totals.rejected == 0
    for row in rows(result, tables.REJECTED):
        assert json.loads(row["raw"]) == entry
        assert row["extracted_at"] == datetime(2026, 3, 1, 6, 0, 1, tzinfo=UTC)


def test_an_entry_that_breaks_a_rule_is_rejected_and_counted() -> None:
    bad = {"item": {**TRACK, "id": "not base-62"}}
    observed = line("playlist", None, playlist_id="p1", status="walked")
    result = read(observed, page({"item": TRACK}, bad, offset=50))
    assert ("playlist_items", "playlist_items.item_id.pattern", 51, "p1/s+/=/51") in rejections(
        result
    )
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (2, 1, 1)
    assert one(result, tables.PLAYLISTS)["stored_entries"] == 1


def test_a_rejected_description_does_not_hide_a_valid_one() -> None:
    bad, good = {"item": {**TRACK, "popularity": 999}}, {"item": {**TRACK, "popularity": 9}}
    result = read(page(bad, good))
    assert one(result, tables.TRACKS)["popularity"] == 9
    assert rejections(result) == [("tracks", "tracks.popularity.range", 0, "t1")]


def test_rejected_rows_have_unique_keys() -> None:
    bad = {**TRACK, "popularity": 101, "artists": [{"id": "a/1"}, {"id": "a/2"}]}
    found = rows(read(page({"item": bad})), tables.REJECTED)
    keys = [tuple(row[column] for column in tables.REJECTED.key) for row in found]
    assert len(keys) == len(set(keys)) == 5
