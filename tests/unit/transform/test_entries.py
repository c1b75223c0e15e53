"""Entries of playlists: each becomes one row, whatever its spelling and type."""

from datetime import UTC, datetime
from typing import Any

import pytest

from spotify_pipeline import tables
from tests.unit.transform.raw_lines import (
    DISGUISED,
    EPISODE,
    LOCAL,
    PART,
    RELINKED,
    TRACK,
    line,
    one,
    page,
    read,
    rejections,
    rows,
)


@pytest.mark.parametrize(
    ("entry", "row"),
    [
        ({"item": TRACK}, ("track", "t1", "spotify:track:t1")),
        ({"track": TRACK}, ("track", "t1", "spotify:track:t1")),
        ({"item": TRACK, "track": EPISODE}, ("track", "t1", "spotify:track:t1")),
        ({"track": {**TRACK, "track": True, "episode": False}}, ("track", "t1", TRACK["uri"])),
        ({"item": None}, ("unavailable", None, None)),
        ({"track": None}, ("unavailable", None, None)),
        ({"item": EPISODE}, ("episode", "e1", "spotify:episode:e1")),
        ({"item": LOCAL, "is_local": True}, ("local", None, "spotify:local:::Demo:187")),
        ({"item": DISGUISED}, ("episode", "e1", "spotify:episode:e1")),
        ({"item": {"type": "chapter", "id": "c1", "uri": "u"}}, ("chapter", "c1", "u")),
        (
            {"track": {"type": "chapter", "id": "c1", "uri": "u", "album": 7}},
            ("chapter", "c1", "u"),
        ),
        ({"track": RELINKED}, ("track", "t0", "spotify:track:t0")),
        ({"item": {**TRACK, "name": "", "artists": []}}, ("track", "t1", "spotify:track:t1")),
    ],
)
def test_an_entry_of_either_spelling_becomes_a_row(
    entry: dict[str, Any], row: tuple[str | None, ...]
) -> None:
    stored = one(read(page(entry, offset=50)), tables.PLAYLIST_ITEMS)
    assert (stored["item_type"], stored["item_id"], stored["uri"]) == row
    assert (stored["playlist_id"], stored["snapshot_id"], stored["position"]) == ("p1", "s+/=", 50)
    assert stored["run_id"] == PART.run_id
    assert stored["extracted_at"] == datetime(2026, 3, 1, 6, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("added", "at", "by"),
    [
        (
            {"added_at": "2026-01-02T03:04:05Z", "added_by": {"id": "u1"}},
            datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            "u1",
        ),
        (
            {"added_at": "2026-01-02T03:04:05.250Z", "added_by": {"id": ""}},
            datetime(2026, 1, 2, 3, 4, 5, 250_000, tzinfo=UTC),
            None,
        ),
        ({"added_at": "1970-01-01T00:00:00Z", "added_by": None}, None, None),
        ({"added_at": None}, None, None),
        ({}, None, None),
    ],
)
def test_unknown_added_at_and_added_by_are_null(
    added: dict[str, Any], at: datetime | None, by: str | None
) -> None:
    stored = one(read(page({"item": TRACK, **added})), tables.PLAYLIST_ITEMS)
    assert (stored["added_at"], stored["added_by"]) == (at, by)


def test_a_local_file_fills_playlist_items_only() -> None:
    result = read(page({"item": LOCAL}))
    filled = [table.name for table in tables.TABLES if rows(result, table)]
    assert filled == ["playlist_items"]


def test_a_repeated_track_is_two_entries_and_one_track() -> None:
    result = read(page({"item": TRACK}, {"item": TRACK}), page({"item": TRACK}, offset=2))
    assert [row["position"] for row in rows(result, tables.PLAYLIST_ITEMS)] == [0, 1, 2]
    assert len(rows(result, tables.TRACKS)) == len(rows(result, tables.ALBUMS)) == 1


def test_a_repeated_position_is_rejected() -> None:
    result = read(page({"item": TRACK}, {"item": TRACK}), page({"item": EPISODE}, offset=1))
    assert [row["item_id"] for row in rows(result, tables.PLAYLIST_ITEMS)] == ["t1", "t1"]
    assert rejections(result) == [("playlist_items", "playlist_items.key", 1, "p1/s+/=/1")]
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (3, 2, 1)


def test_a_time_before_the_first_year_is_accepted() -> None:
    early = "0001-01-01T00:00:00+14:00"
    result = read(page({"item": {**TRACK, "id": "a b"}, "added_at": early}))
    assert rejections(result)[0][:2] == ("playlist_items", "playlist_items.item_id.pattern")
    assert read(page({"item": TRACK, "added_at": early})).totals.stored == 1


def test_a_relinked_track_keeps_the_id_in_the_playlist() -> None:
    result = read(page({"track": RELINKED}))
    assert one(result, tables.TRACKS)["track_id"] == "t0"
    assert {row["track_id"] for row in rows(result, tables.TRACK_ARTISTS)} == {"t0"}


def embedded(*entries: object, key: str = "items") -> bytes:
    body = {"id": "p1", "snapshot_id": "s+/=", key: {"items": list(entries), "total": 2}}
    return line("playlist", body, playlist_id="p1", status="walked", embedded=len(entries))


@pytest.mark.parametrize("key", ["items", "tracks"])
def test_the_first_page_is_read_from_the_playlist_itself(key: str) -> None:
    result = read(embedded({"item": TRACK}, {"track": EPISODE}, key=key))
    found = rows(result, tables.PLAYLIST_ITEMS)
    assert [(row["position"], row["item_id"]) for row in found] == [(0, "t1"), (1, "e1")]
    assert {row["snapshot_id"] for row in found} == {"s+/="}
    assert one(result, tables.PLAYLISTS)["stored_entries"] == 2
    assert (result.totals.received, result.totals.stored) == (2, 2)


def test_a_bad_entry_on_the_first_page_is_rejected_alone() -> None:
    result = read(embedded({"item": TRACK}, {"added_at": "soon"}, {"item": {**TRACK, "id": "a/1"}}))
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (3, 1, 2)
    found = rows(result, tables.REJECTED)
    assert {row["position"] for row in found} == {1, 2}
    assert all(row["raw"].startswith("{") and "snapshot" not in row["raw"] for row in found)


def test_an_embedded_page_that_the_walk_did_not_use_is_not_read() -> None:
    body = {"id": "p1", "snapshot_id": "s1", "items": {"items": [{"item": TRACK}], "total": 1}}
    result = read(line("playlist", body, playlist_id="p1", status="unchanged"))
    assert (result.totals.received, rows(result, tables.PLAYLIST_ITEMS)) == (0, [])
