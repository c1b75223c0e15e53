"""Entries and artists that arrived, left, rose or fell within the last seven days."""

import pytest

from tests.sql.conftest import Database

BEFORE, SECOND, LAST = "2026-03-03", "2026-03-08", "2026-03-10"
"""The seven days are those from 2026-03-04 to 2026-03-10."""


@pytest.fixture
def week(database: Database) -> Database:
    """Three playlists over ten days, and one that is no longer followed."""
    for day, contents in {
        "2026-03-01": {"p": "ab", "q": "ab", "r": "a", "gone": "a"},
        BEFORE: {"p": "abz", "q": "ab", "r": "a", "gone": "a"},
        SECOND: {"p": "abcx", "q": "abc", "r": "a", "gone": "ac"},
        LAST: {"p": "acc", "q": "acd", "r": "ad"},
    }.items():
        run = database.run(day)
        for playlist, entries in contents.items():
            database.observe(run, playlist, f"{playlist}-{entries}", *entries)
    for track in "abcdxz":
        database.describe(run, track, f"artist {track}")
    return database


def arrivals(database: Database) -> list[tuple[object, ...]]:
    columns = ("entry", "playlists", "copies", "first_day", "last_day", "item_type")
    return database.columns("new_arrivals", *columns)


def removals(database: Database) -> list[tuple[object, ...]]:
    return database.columns("removals", "entry", "playlists", "copies", "first_day", "last_day")


def test_new_arrivals(week: Database) -> None:
    """c came twice to p, on two days; x came and went; z came before the seven days."""
    assert arrivals(week) == [
        ("C", 2, 3, SECOND, LAST, "track"),
        ("D", 2, 2, LAST, LAST, "track"),
    ]


def test_removals(week: Database) -> None:
    """z had come before the seven days, x within them."""
    assert removals(week) == [("B", 2, 2, LAST, LAST), ("Z", 1, 1, SECOND, SECOND)]


def test_rising_and_falling_artists(week: Database) -> None:
    """Against 2026-03-03, when p had a, b and z, q had a and b, and r had a."""
    columns = ("artist", "playlists_before", "playlists_now", "playlists_gained", "tracks_now")
    assert week.columns("rising_and_falling_artists", *columns) == [
        ("Artist C", 0, 2, 2, 1),
        ("Artist D", 0, 2, 2, 1),
        ("Artist B", 2, 0, -2, 0),
        ("Artist Z", 1, 0, -1, 0),
    ]


@pytest.mark.parametrize("status", ["unchanged", "forbidden", "missing"])
def test_another_reading_changes_nothing(week: Database, status: str) -> None:
    before = arrivals(week), removals(week), week.rows("rising_and_falling_artists")
    run = week.run(LAST, number=9)
    for playlist, entries in {"p": "acc", "q": "acd", "r": "ad"}.items():
        snapshot = f"{playlist}-{entries}" if status == "unchanged" else None
        week.observe(run, playlist, snapshot, status=status)
    assert (arrivals(week), removals(week), week.rows("rising_and_falling_artists")) == before


def test_a_move_or_a_return_is_no_arrival_and_no_removal(database: Database) -> None:
    for hour, entries in enumerate(("ab", "ba", "b", "ab"), start=1):
        database.observe(database.run(LAST, number=hour), "p", f"s{hour}", *entries)
    assert arrivals(database) == removals(database) == []


def test_an_emptied_playlist_lost_its_entries(database: Database) -> None:
    database.observe(database.run(BEFORE), "p", "s1", "a", "a", None)
    database.observe(database.run(LAST), "p", "s2")
    database.describe(database.run(LAST, status="partial"), "a", "ann")
    assert removals(database) == [("A", 1, 2, LAST, LAST)]
    columns = ("artist", "playlists_before", "playlists_now")
    assert arrivals(database) == []
    assert database.columns("rising_and_falling_artists", *columns) == [("Ann", 1, 0)]


def test_a_new_playlist_is_compared_with_its_first_reading(database: Database) -> None:
    """And a playlist that was read once, or not within the seven days, changes nothing."""
    first, second, last = map(database.run, (BEFORE, SECOND, LAST))
    database.observe(first, "old", "s1", "a", "d")
    database.observe(second, "new", "s1", "a")
    database.observe(database.run(SECOND, number=3), "new", "s2", "a", "c")
    database.observe(last, "new", "s3", "a", "b", "c")
    database.observe(last, "once", "s1", "a", "b", "d")
    database.observe(last, "old", None, status="missing")
    for track in "abcd":
        database.describe(last, track, f"artist {track}")
    columns = ("artist", "playlists_before", "playlists_now")
    assert database.columns("rising_and_falling_artists", *columns) == [
        ("Artist B", 1, 2),
        ("Artist C", 0, 1),
    ]


def test_a_reading_of_an_unknown_snapshot_hides_no_change(database: Database) -> None:
    for day, snapshot, entries in ((BEFORE, "s1", "a"), (SECOND, None, "b"), (LAST, "s2", "b")):
        database.observe(database.run(day), "p", snapshot, *entries)
    for track in "ab":
        database.describe(database.run(LAST, status="partial"), track, f"artist {track}")
    assert arrivals(database) == [("B", 1, 1, LAST, LAST, "track")]
    assert removals(database) == [("A", 1, 1, LAST, LAST)]
    columns = ("artist", "playlists_before", "playlists_now")
    assert database.columns("rising_and_falling_artists", *columns) == [
        ("Artist B", 0, 1),
        ("Artist A", 1, 0),
    ]


def test_a_snapshot_that_changes_alone_is_no_arrival_and_no_removal(database: Database) -> None:
    for day, snapshot in ((BEFORE, "s1"), (SECOND, "s2"), (LAST, "s3")):
        database.observe(database.run(day), "p", snapshot, "a", None)
    assert arrivals(database) == removals(database) == []
    assert database.rows("rising_and_falling_artists") == []
