"""Turnover and survival of entries over the recorded history."""

from tests.sql.conftest import Database

DAY1, DAY2, DAY3, DAY5 = "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-05"


def turnover(database: Database) -> list[tuple[object, ...]]:
    columns = ("playlist", "added", "removed", "average_entries", "turnover_per_day")
    return database.columns("entry_turnover", *columns)


def survival(database: Database) -> list[tuple[object, ...]]:
    columns = ("days", "playlists", "entries", "surviving", "share")
    return database.columns("entry_survival", *columns)


def test_entry_turnover(database: Database) -> None:
    """p: one of two entries replaced twice in four days; q emptied; r was read on one day only."""
    for day, entries in {DAY1: "ab", DAY3: "bc", DAY5: "cd"}.items():
        database.observe(database.run(day), "p", f"p-{entries}", *entries)
    for day, entries in {DAY1: "abc", DAY2: ""}.items():
        database.observe(database.run(day, number=3), "q", f"q-{entries}", *entries)
    database.observe(database.run(DAY5, number=3), "r", "r1", "a")
    assert turnover(database) == [
        ("Q", 0, 3, 1.5, 1.0),
        ("P", 2, 2, 2.0, 0.25),
        ("R", 0, 0, 1.0, None),
    ]


def test_a_day_counts_once_in_turnover_however_often_it_was_read(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a", "b")
    for hour in range(1, 5):
        database.observe(database.run(DAY2, number=hour), "p", "s1", status="unchanged")
    database.observe(database.run(DAY2, number=9), "p", "s2", "a", "b", "c", "d")
    database.observe(database.run(DAY3), "p", None, status="forbidden", name=None)
    assert turnover(database) == [("P", 2, 0, 3.0, 0.3333)]


def test_entry_survival(database: Database) -> None:
    """p has a, b and c at first, q has a; p is not readable on the second day."""
    for day, p, q in (
        (DAY1, "abca", "a"),
        (DAY2, None, "az"),
        (DAY3, "abz", ""),
        (DAY5, "azc", ""),
    ):
        run = database.run(day)
        if p is None:
            database.observe(run, "p", None, status="missing")
        else:
            database.observe(run, "p", f"p-{p}", *p, None)
        database.observe(run, "q", f"q-{q}", *q)
    assert survival(database) == [
        (4, 2, 4, 2, 0.5),
        (2, 2, 4, 2, 0.5),
        (1, 1, 1, 1, 1.0),
        (0, 2, 4, 4, 1.0),
    ]


def test_survival_is_that_of_the_last_reading_of_a_day(database: Database) -> None:
    """Read twice on the first day; unchanged, and walked again, on the second."""
    database.observe(database.run(DAY1, number=1), "p", "s1", "x", "y")
    database.observe(database.run(DAY1, number=2), "p", "s2", "a", "b")
    database.observe(database.run(DAY2, number=1), "p", "s3", "a")
    database.observe(database.run(DAY2, number=2), "p", "s2", status="unchanged")
    database.observe(database.run(DAY2, number=3), "p", "s2", "a", "b")
    assert survival(database) == [(1, 1, 2, 2, 1.0), (0, 1, 2, 2, 1.0)]


def test_playlists_without_entries_have_no_share_that_survives(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1")
    assert survival(database) == [(0, 1, 0, 0, None)]


def test_a_playlist_whose_snapshot_alone_changes_keeps_its_entries(database: Database) -> None:
    """Also if a run could not tell which snapshot it read."""
    for day, snapshot in ((DAY1, "s1"), (DAY2, "s2"), (DAY3, None), (DAY5, "s5")):
        database.observe(database.run(day), "p", snapshot, "a", "b")
    assert turnover(database) == [("P", 0, 0, 2.0, 0.0)]
    assert survival(database) == [
        (4, 1, 2, 2, 1.0),
        (1, 1, 2, 2, 1.0),
        (0, 1, 2, 2, 1.0),
    ]
