"""Followers of playlists and popularity of tracks over time, and null where they are unknown."""

from tests.sql.conftest import Database

DAY1, DAY2, DAY3 = "2026-03-01", "2026-03-02", "2026-03-03"


def test_follower_growth(database: Database) -> None:
    """Known only on days on which a playlist was walked, and never in some regimes."""
    for day, number, status, followers in (
        (DAY1, 1, "walked", {"up": 10, "down": 10, "zero": 0, "once": 7, "none": None}),
        (DAY2, 1, "unchanged", {"up": None, "down": 2, "zero": None, "none": None}),
        (DAY3, 1, "walked", {"up": 14, "down": 9, "zero": 5, "none": None}),
        (DAY3, 2, "walked", {"up": 15, "down": 8, "zero": 4, "none": None}),
        (DAY3, 3, "forbidden", {"up": None, "down": None, "zero": None, "none": None}),
    ):
        run = database.run(day, number=number)
        for playlist, count in followers.items():
            database.observe(run, playlist, "s1", status=status, followers=count)
    columns = ("followers_before", "followers_now", "gained", "growth", "first_day", "last_day")
    assert database.columns("follower_growth", "playlist", *columns) == [
        ("Up", 10, 15, 5, 0.5, DAY1, DAY3),
        ("Zero", 0, 4, 4, None, DAY1, DAY3),
        ("Down", 10, 8, -2, -0.2, DAY1, DAY3),
        ("Once", 7, 7, None, None, DAY1, DAY1),
        ("None", None, None, None, None, None, None),
    ]


def test_popularity_trend(database: Database) -> None:
    """`gone` is in no current playlist, and of `null` no popularity is known."""
    first, second, last = database.run(DAY1), database.run(DAY2), database.run(DAY3)
    database.observe(first, "p", "s1", "up", "down", "same", "once", "null", "gone")
    database.observe(last, "p", "s2", "up", "up", "down", "same", "once", "null")
    database.observe(last, "q", "q1", "same")
    for run, values in (
        (first, {"up": 10, "down": 50, "same": 5, "once": None, "null": None, "gone": 1}),
        (second, {"up": None, "down": 60, "gone": 99}),
        (last, {"up": 30, "down": 30, "same": 5, "once": 7, "null": None}),
    ):
        for track, popularity in values.items():
            database.describe(run, track, popularity=popularity)
    columns = (
        "popularity_before",
        "popularity_now",
        "gained",
        "playlists",
        "first_day",
        "last_day",
    )
    assert database.columns("popularity_trend", "track", *columns) == [
        ("Down", 50, 30, -20, 1, DAY1, DAY3),
        ("Up", 10, 30, 20, 1, DAY1, DAY3),
        ("Same", 5, 5, 0, 2, DAY1, DAY3),
        ("Once", 7, 7, None, 1, DAY3, DAY3),
        ("Null", None, None, None, 1, None, None),
    ]
