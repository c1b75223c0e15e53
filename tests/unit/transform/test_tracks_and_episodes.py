"""Tracks and episodes in entries: the rows of the tables that describe them."""

from datetime import date

import pytest

from spotify_pipeline import tables
from tests.unit.transform.raw_lines import DISGUISED, EPISODE, TRACK, one, page, read, rows


def test_a_track_fills_all_tables_that_describe_it() -> None:
    result = read(page({"item": TRACK}))
    track, album = one(result, tables.TRACKS), one(result, tables.ALBUMS)
    assert (track["album_id"], track["isrc"], track["is_explicit"]) == ("b1", "USABC2600001", True)
    assert (track["popularity"], track["track_number"]) == (None, 4)
    assert (album["release_date"], album["release_precision"]) == (date(1999, 12, 1), "month")
    assert (album["label"], album["upc"], album["total_tracks"]) == (None, None, 12)
    performers = [(row["position"], row["artist_id"]) for row in rows(result, tables.TRACK_ARTISTS)]
    assert performers == [(0, "a1"), (2, "a2")]
    assert one(result, tables.ALBUM_ARTISTS)["artist_id"] == "a1"
    assert {row["artist_id"]: row["name"] for row in rows(result, tables.ARTISTS)} == {
        "a1": "One",
        "a2": "Two",
    }


def test_an_episode_fills_episodes_and_no_track_table() -> None:
    result = read(page({"item": EPISODE}))
    episode = one(result, tables.EPISODES)
    assert (episode["show_name"], episode["languages"]) == ("Show", ["en", "de"])
    assert episode["release_date"] == date(2025, 1, 1)
    assert not rows(result, tables.TRACKS)
    assert not rows(result, tables.ALBUMS)


def test_a_disguised_episode_becomes_an_episode_of_its_show() -> None:
    result = read(page({"item": DISGUISED}))
    episode = one(result, tables.EPISODES)
    assert (episode["episode_id"], episode["show_id"], episode["show_name"]) == ("e1", "s1", "Show")
    assert (episode["duration_ms"], episode["languages"]) == (1_800_000, None)
    assert not rows(result, tables.TRACKS)
    assert not rows(result, tables.ALBUMS)
    assert not rows(result, tables.ARTISTS)


@pytest.mark.parametrize(
    ("date_given", "precision", "day"),
    [
        ("1999", "year", date(1999, 1, 1)),
        ("1999-12", "month", date(1999, 12, 1)),
        ("1999-12-31", "day", date(1999, 12, 31)),
        ("0000", "year", None),
        (None, None, None),
    ],
)
def test_a_release_date_of_any_precision_is_stored(
    date_given: str | None, precision: str | None, day: date | None
) -> None:
    album = {**TRACK["album"], "release_date": date_given, "release_date_precision": precision}
    stored = one(read(page({"item": {**TRACK, "album": album}})), tables.ALBUMS)
    assert (stored["release_date"], stored["release_precision"]) == (day, precision)


def test_empty_names_are_kept_and_no_artists_are_no_rows() -> None:
    album = {**TRACK["album"], "name": "", "artists": [{"id": "a9", "name": ""}]}
    result = read(page({"item": {**TRACK, "name": "", "artists": [], "album": album}}))
    assert one(result, tables.TRACKS)["name"] == ""
    assert one(result, tables.ALBUMS)["name"] == ""
    assert one(result, tables.ARTISTS)["name"] == ""
    assert not rows(result, tables.TRACK_ARTISTS)


def test_fields_of_older_regimes_are_stored_if_present() -> None:
    legacy = {
        **TRACK,
        "popularity": 61,
        "album": {**TRACK["album"], "popularity": 50, "label": "L"},
    }
    result = read(page({"track": legacy}))
    assert one(result, tables.TRACKS)["popularity"] == 61
    assert (one(result, tables.ALBUMS)["popularity"], one(result, tables.ALBUMS)["label"]) == (
        50,
        "L",
    )
