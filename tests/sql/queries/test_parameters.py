"""Queries that need a value: a playlist as of a day, and the playlists of a track."""

import pytest

from tests.sql.conftest import Database

DAY1, DAY2, DAY3, DAY4 = "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"
LINK = "https://open.spotify.com"


@pytest.fixture
def recorded(database: Database) -> Database:
    """Walked twice on the second day, forbidden on the third, and emptied on the fourth."""
    file, episode = "spotify:local:Me::My+Song:30", "spotify:episode:e"
    first, second, third = (database.run(DAY2, number=number) for number in (1, 2, 3))
    database.observe(first, "p", "s1", "a", "b")
    database.observe(second, "p", "s2", "b", file, episode, None, "b")
    database.observe(third, "p", "s2", status="unchanged")
    database.observe(second, "q", "q1", "a")
    database.observe(database.run(DAY3), "p", None, status="forbidden", name=None)
    database.observe(database.run(DAY4), "p", "s3")
    for artists in (("bob", "ann"), ("bob", "ann")):
        database.describe(second, "b", *artists)
    database.describe_episode(second, "e")
    database.describe(database.run(DAY4, status="partial"), "b", "cyd", name="Renamed")
    return database


def as_of(database: Database, day: str, *columns: str) -> list[tuple[object, ...]]:
    return database.columns("playlist_as_of", *columns, values=("p", day))


def test_playlist_as_of(recorded: Database) -> None:
    """As the run that read it described it, and by its last reading of the day."""
    columns = ("position", "entry", "artists", "artist_ids", "link")
    assert as_of(recorded, DAY2, *columns) == [
        (0, "B", "Bob, Ann", "bob, ann", f"{LINK}/track/b"),
        (1, "spotify:local:Me::My+Song:30", None, None, None),
        (2, "Episode E", None, None, f"{LINK}/episode/e"),
        (3, "unavailable", None, None, None),
        (4, "B", "Bob, Ann", "bob, ann", f"{LINK}/track/b"),
    ]
    same = ("playlist_id", "playlist", "read_on", "entries")
    assert set(as_of(recorded, DAY2, *same)) == {("p", "P", DAY2, 5)}


@pytest.mark.parametrize(
    ("day", "entries", "read_on"),
    [(DAY1, 0, set()), (DAY3, 5, {(DAY2,)}), (DAY4, 0, set()), ("2027-01-01", 0, set())],
)
def test_a_playlist_is_that_of_its_last_reading_up_to_the_day(
    recorded: Database, day: str, entries: int, read_on: set[tuple[str]]
) -> None:
    """Before its first reading there is nothing, and an emptied playlist is empty."""
    found = as_of(recorded, day, "read_on")
    assert len(found) == entries
    assert set(found) == read_on


def test_the_links_restore_the_tracks_in_order(database: Database) -> None:
    tracks = [f"t{number}" for number in (3, 1, 2, 1, *range(4, 30))]
    database.observe(database.run(DAY1), "p", "s1", *tracks)
    database.observe(database.run(DAY2), "p", "s2", "other")
    assert as_of(database, DAY1, "link") == [(f"{LINK}/track/{track}",) for track in tracks]


def test_a_replayed_walk_shows_each_entry_once(database: Database) -> None:
    for number in (1, 2, 3):
        run = database.run(DAY1, number=number)
        database.observe(run, "p", "s1", "a", "b")
        database.describe(run, "a", "ann")
    found = as_of(database, DAY1, "position", "entry", "artists")
    assert found == [(0, "A", "Ann"), (1, "spotify:track:b", None)]


def test_track_history(recorded: Database) -> None:
    columns = ("playlist", "first_day", "last_day", "days", "best_rank", "last_rank")
    found = recorded.columns("track_history", *columns, "is_still_there", values=("b",))
    assert found == [("P", DAY2, DAY2, 1, 1, 1, False)]
    assert recorded.columns("track_history", "playlist", "is_still_there", values=("a",)) == [
        ("Q", True)
    ]
    assert recorded.rows("track_history", "unknown") == []


def test_a_tracks_days_are_those_of_readings_that_hold_it(database: Database) -> None:
    """On the third day it is absent, on the fourth the playlist is as on the second."""
    for day, entries in ((DAY1, "xyt"), (DAY2, "xtt"), (DAY3, "x")):
        database.observe(database.run(day), "p", f"s-{entries}", *entries)
    database.observe(database.run(DAY4), "p", "s-xtt", status="unchanged")
    columns = ("first_day", "last_day", "days", "best_rank", "last_rank", "is_still_there")
    found = database.columns("track_history", *columns, values=("t",))
    assert found == [(DAY1, DAY4, 3, 2, 2, True)]


def test_a_reading_of_an_unknown_snapshot_is_not_the_last_one(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "t")
    database.observe(database.run(DAY2), "p", None, "x")
    assert as_of(database, DAY2, "link", "read_on") == [(f"{LINK}/track/t", DAY1)]
    found = database.columns("track_history", "last_day", "is_still_there", values=("t",))
    assert found == [(DAY1, True)]
