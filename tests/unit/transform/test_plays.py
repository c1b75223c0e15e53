"""Recently played tracks: their rows, odd plays, and gaps."""

from datetime import UTC, datetime
from typing import Any

import pytest

from spotify_pipeline import tables
from tests.unit.transform.raw_lines import (
    DISGUISED,
    EPISODE,
    LOCAL,
    RELINKED,
    TRACK,
    line,
    one,
    read,
    rejections,
    rows,
)

AT = "2026-03-01T05:59:00.123Z"
PLAY: dict[str, Any] = {
    "track": TRACK,
    "played_at": AT,
    "context": {"type": "playlist", "uri": "spotify:playlist:p1"},
}
GAP = {"from": "2026-02-28T10:00:00Z", "to": "2026-03-01T02:00:00Z", "estimated": 42}


def page(*plays: object, **context: object) -> bytes:
    return line("recently_played", {"items": list(plays), "limit": 50}, **context)


def test_a_play_becomes_a_row_with_those_of_its_track_album_and_artists() -> None:
    result = read(page(PLAY, {**PLAY, "context": None}))
    first, second = rows(result, tables.PLAYS)
    assert first["played_at"] == datetime(2026, 3, 1, 5, 59, 0, 123_000, UTC)
    names = ("origin", "source", "position", "track_id", "item_type", "uri")
    assert [first[name] for name in names] == [
        "api",
        "recently-played",
        0,
        "t1",
        "track",
        "spotify:track:t1",
    ]
    assert (first["item_name"], first["artist_name"], first["collection_name"]) == (
        "Song",
        "One",
        "Album",
    )
    assert (first["context_type"], first["context_uri"]) == ("playlist", "spotify:playlist:p1")
    assert (second["position"], second["context_type"], second["ms_played"]) == (1, None, None)
    assert one(result, tables.TRACKS)["isrc"] == "USABC2600001"
    assert one(result, tables.ALBUMS)["album_id"] == "b1"
    assert {row["artist_id"] for row in rows(result, tables.ARTISTS)} == {"a1", "a2"}


@pytest.mark.parametrize(
    ("track", "kind", "track_id", "collection"),
    [
        (LOCAL, "local", None, None),
        (EPISODE, "episode", None, "Show"),
        (DISGUISED, "episode", None, "Show"),
        (RELINKED, "track", "t0", "Album"),
    ],
    ids=["local file", "episode", "episode as a track", "relinked"],
)
def test_an_odd_play_is_stored(
    track: dict[str, Any], kind: str, track_id: str | None, collection: str | None
) -> None:
    result = read(page({**PLAY, "track": track}))
    row = one(result, tables.PLAYS)
    assert (row["item_type"], row["track_id"]) == (kind, track_id)
    assert (row["collection_name"] or None) == collection
    assert row["item_name"] == track["name"]
    assert bool(rows(result, tables.EPISODES)) == (kind == "episode")
    assert rejections(result) == []


def test_a_play_that_cannot_be_stored_is_rejected_with_its_position() -> None:
    odd = [{**PLAY, "track": None}, {"played_at": AT}, {**PLAY, "played_at": "today"}, "play"]
    result = read(page(PLAY, *odd))
    assert one(result, tables.PLAYS)["position"] == 0
    assert rejections(result) == [("plays", "decode", n, None) for n in range(1, 5)]
    reasons = [row["reason"] for row in rows(result, tables.REJECTED)]
    assert reasons[0] == "the play names no track"


def test_a_play_without_a_time_breaks_a_rule_and_its_text_is_kept() -> None:
    play = {name: value for name, value in PLAY.items() if name != "played_at"}
    result = read(page(PLAY, play))
    [rejected] = rows(result, tables.REJECTED)
    assert (rejected["rule"], rejected["position"]) == ("plays.played_at.null", 1)
    assert '"spotify:track:t1"' in rejected["raw"]
    assert "isrc" in rejected["raw"]


def test_a_play_whose_track_is_unreadable_is_stored_without_it() -> None:
    result = read(page({**PLAY, "track": {**TRACK, "duration_ms": "long"}}))
    assert one(result, tables.PLAYS)["track_id"] == "t1"
    assert rows(result, tables.TRACKS) == []
    assert rejections(result) == [("tracks", "decode", 0, None)]


def test_a_gap_becomes_a_row() -> None:
    row = one(read(page(PLAY, gap=GAP)), tables.PLAY_GAPS)
    assert row["gap_from"] == datetime(2026, 2, 28, 10, tzinfo=UTC)
    assert row["gap_to"] == datetime(2026, 3, 1, 2, tzinfo=UTC)
    assert row["estimated_plays"] == 42


def test_a_damaged_gap_costs_no_play() -> None:
    result = read(page(PLAY, gap={"from": "then"}))
    assert one(result, tables.PLAYS)["track_id"] == "t1"
    assert rejections(result) == [("play_gaps", "decode", None, None)]


def test_a_page_that_is_none_is_rejected_as_a_line() -> None:
    result = read(line("recently_played", {"error": "none"}), page(PLAY))
    assert rejections(result) == [("plays", "decode", None, None)]
    assert one(result, tables.PLAYS)["position"] == 0
