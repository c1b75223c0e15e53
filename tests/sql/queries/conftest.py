"""Small data with results worked out by hand."""

import pytest

from tests.sql.conftest import Database

DAY1, DAY2 = "2026-03-01", "2026-03-02"

EPISODE, OTHER_EPISODE = "spotify:episode:one", "spotify:episode:two"
FILE, UNTITLED = "spotify:local:Me::My+Song:30", "spotify:local::::0"


@pytest.fixture
def mixed(database: Database) -> Database:
    """A playlist of a track, episodes and local files that grew from one day to the next."""
    first, second = database.run(DAY1), database.run(DAY2)
    database.observe(first, "mix", "m1", "song", EPISODE, FILE)
    now = (FILE, "song", EPISODE, OTHER_EPISODE, OTHER_EPISODE, FILE, UNTITLED)
    database.observe(second, "mix", "m2", *now)
    database.describe(first, "song", "ann", duration_ms=180_000, is_explicit=False)
    for episode in ("one", "two"):
        database.describe_episode(first, episode, duration_ms=3_600_000, is_explicit=True)
    return database


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
