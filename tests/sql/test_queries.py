"""The saved queries' answers on small data, worked out by hand."""

import pytest

from tests.sql.conftest import Database

DAY1, DAY2 = "2026-03-01", "2026-03-02"


@pytest.fixture
def music(database: Database) -> Database:
    """Two days of two playlists; on the second day one of them changed and was read twice."""
    first, second, third = database.run(DAY1), database.run(DAY2), database.run(DAY2, number=5)
    database.observe(first, "mix", "m1", "song", "tune", "song", followers=3)
    database.observe(first, "run", "r1", "song", "air")
    for again in (second, third):
        database.observe(again, "mix", "m2", "song", "song", "hymn", None, followers=4)
        database.observe(again, "run", "r1", status="unchanged")
    for run in (first, second):
        database.describe(run, "song", "ann", "bob", duration_ms=90_000)
        database.describe(run, "tune", "ann", duration_ms=60_000)
        database.describe(run, "air", "cyd", duration_ms=210_000)
    database.describe(second, "hymn", "bob", duration_ms=100_000)
    return database


def test_most_playlisted_tracks(music: Database) -> None:
    columns = ("track", "artists", "playlists", "entries")
    assert music.columns("most_playlisted_tracks", *columns) == [
        ("Song", "Ann, Bob", 2, 3),
        ("Air", "Cyd", 1, 1),
        ("Hymn", "Bob", 1, 1),
    ]


def test_most_playlisted_artists(music: Database) -> None:
    columns = ("artist", "playlists", "tracks", "entries")
    assert music.columns("most_playlisted_artists", *columns) == [
        ("Bob", 2, 2, 4),
        ("Ann", 2, 1, 3),
        ("Cyd", 1, 1, 1),
    ]


def test_credits_are_those_of_the_last_answer(music: Database) -> None:
    music.describe(music.run(DAY2, number=9, status="partial"), "song", "dee")
    assert music.columns("most_playlisted_tracks", "track", "artists")[0] == ("Song", "Dee")
    assert "Ann" not in [name for (name,) in music.columns("most_playlisted_artists", "artist")]


def test_changes_since_the_day_before(music: Database) -> None:
    columns = ("playlist", "change", "copies", "entry", "item_type", "day")
    assert music.columns("changes_since_the_day_before", *columns) == [
        ("Mix", "added", 1, "Hymn", "track", DAY2),
        ("Mix", "added", 1, "unavailable", "unavailable", DAY2),
        ("Mix", "removed", 1, "Tune", "track", DAY2),
    ]


def test_what_came_and_went_within_the_day_is_no_change(music: Database) -> None:
    music.observe(music.run(DAY2, number=8), "mix", "m3", "song", "song", "hymn", None, "air")
    music.observe(music.run(DAY2, number=9), "mix", "m4", "song", "song", "tune", None)
    columns = ("change", "copies", "entry")
    assert music.columns("changes_since_the_day_before", *columns) == [
        ("added", 1, "unavailable"),
    ]


def test_a_last_day_without_changes_has_none(music: Database) -> None:
    quiet = music.run("2026-03-03")
    music.observe(quiet, "mix", "m2", status="unchanged")
    music.observe(quiet, "run", None, status="forbidden")
    assert music.answer("changes_since_the_day_before") == []


def test_playlist_overview(music: Database) -> None:
    columns = (
        "playlist",
        "status",
        "entries",
        "distinct_entries",
        "non_tracks",
        "minutes",
        "followers",
    )
    assert music.columns("playlist_overview", *columns) == [
        ("Mix", "walked", 4, 2, 1, 5, 4),
        ("Run", "unchanged", 2, 2, 0, 5, None),
    ]


def test_run_history(music: Database) -> None:
    found = music.columns("run_history", "day", "status", "attempt", "seconds")
    assert found == [(day, "complete", 1, 90) for day in (DAY2, DAY2, DAY1)]
