"""What was played the most in each month."""

import pytest

from tests.sql.conftest import Database
from tests.sql.queries.plays.conftest import EPISODE, Play

FULL = 200_000


@pytest.fixture
def months(described: Database, play: Play) -> Database:
    """January from an export; in March the API follows it, on other days."""
    play("2026-01-05 10:00", "song", ms=FULL)
    play("2026-01-31 23:59:59", "hymn", ms=FULL)
    play("2026-01-06 10:00", "hymn", ms=FULL)
    play("2026-01-07 10:00", "song", ms=29_999)
    play("2026-01-08 10:00", "song", ms=29_999)
    play("2026-01-09 10:00", EPISODE, ms=3_600_000)
    play("2026-03-01 00:00", "tune", ms=30_000)
    play("2026-03-02 10:00", "rare", ms=FULL)
    play("2026-03-03 10:00", "rare", ms=FULL)
    play("2026-03-04 10:00", "song")
    return described


def test_top_tracks_by_month(months: Database) -> None:
    """Of tracks with one play each, the one with the most time is first, unknown time last."""
    columns = ("month", "place", "track", "artist", "plays", "minutes", "track_id", "artist_id")
    assert months.columns("top_tracks_by_month", *columns) == [
        ("2026-03", 1, "Rare (Export)", "Eve", 2, 6.7, "rare", None),
        ("2026-03", 2, "Tune", "Ann", 1, 0.5, "tune", "ann"),
        ("2026-03", 3, "Song", "Ann", 1, None, "song", "ann"),
        ("2026-01", 1, "Hymn", "Bob", 2, 6.7, "hymn", "bob"),
        ("2026-01", 2, "Song", "Ann", 1, 3.3, "song", "ann"),
    ]


def test_top_artists_by_month(months: Database) -> None:
    columns = ("month", "place", "artist", "plays", "tracks", "artist_id")
    assert months.columns("top_artists_by_month", *columns) == [
        ("2026-03", 1, "Eve", 2, 1, None),
        ("2026-03", 2, "Ann", 2, 2, "ann"),
        ("2026-01", 1, "Bob", 2, 1, "bob"),
        ("2026-01", 2, "Ann", 1, 1, "ann"),
    ]


def test_top_albums_by_month(months: Database) -> None:
    columns = ("month", "place", "album", "artist", "plays", "tracks", "album_id")
    assert months.columns("top_albums_by_month", *columns) == [
        ("2026-03", 1, "Album of Eve", "Eve", 2, 1, None),
        ("2026-03", 2, "Album of Ann", "Ann", 2, 2, "first"),
        ("2026-01", 1, "Seconds", "Bob", 2, 1, "second"),
        ("2026-01", 2, "Album of Ann", "Ann", 1, 1, "first"),
    ]


def test_a_month_has_ten_places(database: Database, play: Play) -> None:
    for hour in range(12):
        names = {"artist_name": f"a{hour:02}", "collection_name": f"c{hour:02}"}
        play(f"2026-01-05 {hour:02}:00", f"t{hour:02}", ms=FULL, **names)
    tracks = database.columns("top_tracks_by_month", "place", "track_id")
    assert tracks == [(place, f"t{place - 1:02}") for place in range(1, 11)]
    assert len(database.rows("top_artists_by_month")) == 10
    assert len(database.rows("top_albums_by_month")) == 10


def test_a_play_without_an_id_counts_for_the_track_of_its_name_and_artist(
    described: Database, play: Play
) -> None:
    account = {"origin": "account-data", "source": "music_0.json"}
    play("2026-01-05 10:00", "song", ms=FULL)
    play("2026-02-05 10:00", "ANN/song (export)", ms=FULL, collection_name=None, **account)
    play("2026-02-06 10:00", "Ann/Unheard", ms=FULL, collection_name="album of ann", **account)
    play("2026-02-07 10:00", "Bob/Song (Export)", ms=FULL, **account)
    tracks = described.columns("top_tracks_by_month", "month", "track", "track_id", "artist_id")
    assert tracks == [
        ("2026-02", "Song", "song", "ann"),
        ("2026-02", "Song (Export)", None, None),
        ("2026-02", "Unheard", None, "ann"),
        ("2026-01", "Song", "song", "ann"),
    ]
    artists = described.columns("top_artists_by_month", "month", "artist_id", "artist", "plays")
    assert artists[:2] == [("2026-02", "ann", "Ann", 2), ("2026-02", None, "Bob", 1)]
    albums = described.columns("top_albums_by_month", "month", "album_id", "plays")
    assert albums == [("2026-02", "first", 2), ("2026-01", "first", 1)]


def test_a_play_without_any_name_is_of_no_other_track(database: Database, play: Play) -> None:
    nameless = {"item_name": None, "artist_name": None, "collection_name": None}
    for day, track in ((5, "one"), (6, "one"), (7, "two")):
        play(f"2026-01-0{day} 10:00", track, ms=FULL, **nameless)
    play("2026-01-08 10:00", "x/y", ms=FULL, **nameless)
    assert database.columns("top_tracks_by_month", "track_id", "plays") == [("one", 2), ("two", 1)]
    assert database.rows("top_artists_by_month") == []
    assert database.rows("top_albums_by_month") == []
