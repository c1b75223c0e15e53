"""Contents, freshness and overlap of current playlists."""

from tests.sql.conftest import Database
from tests.sql.queries.conftest import DAY1


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


def test_playing_time_includes_episodes_and_local_files(mixed: Database) -> None:
    """3 minutes of a track, 3 hours of episodes, 2 x 30 seconds of a local file."""
    assert mixed.columns("playlist_overview", "entries", "non_tracks", "minutes") == [(7, 6, 184)]


def test_playlist_overlap_counts_each_entry_once(music: Database) -> None:
    """mix holds song (twice) and hymn, run holds song and air: one shared of three."""
    columns = ("playlist", "other_playlist", "shared", "in_either", "jaccard")
    assert music.columns("playlist_overlap", *columns) == [("Mix", "Run", 1, 3, 0.3333)]


def test_playlists_that_share_nothing_do_not_overlap(database: Database) -> None:
    run = database.run(DAY1)
    database.observe(run, "a", "a1", "x", None)
    database.observe(run, "b", "b1", "y", None)
    assert database.rows("playlist_overlap") == []


def test_overlap_breaks_ties_by_shared_entries_and_then_by_id(database: Database) -> None:
    run = database.run(DAY1)
    for playlist, entries in {"a": "xy", "b": "xy", "c": "z", "d": "z", "e": "z"}.items():
        database.observe(run, playlist, f"{playlist}1", *entries)
    columns = ("playlist", "other_playlist", "shared", "jaccard")
    assert database.columns("playlist_overlap", *columns) == [
        ("A", "B", 2, 1.0),
        ("C", "D", 1, 1.0),
        ("C", "E", 1, 1.0),
        ("D", "E", 1, 1.0),
    ]


def test_the_longest_playlist_comes_first_in_the_overview(database: Database) -> None:
    run = database.run(DAY1)
    for playlist, entries in {"a": "x", "b": "xyz", "c": "xyz", "d": ""}.items():
        database.observe(run, playlist, "s1", *entries)
    found = database.columns("playlist_overview", "playlist", "entries")
    assert found == [("B", 3), ("C", 3), ("A", 1), ("D", 0)]


def test_playlist_freshness(database: Database) -> None:
    """Ages on 2026-03-20; `lost` was last read a day earlier, and `still` never changed."""
    first, second, last = map(database.run, ("2026-03-01", "2026-03-19", "2026-03-20"))
    database.observe(first, "fresh", "s1", "a")
    database.observe(first, "lost", "s1", "a")
    database.observe(first, "still", "s1", "a")
    database.observe(second, "fresh", "s2", "a", "b")
    database.observe(second, "lost", "s2", "a", "b")
    database.observe(second, "still", "s1", status="unchanged")
    database.observe(last, "fresh", "s3", "b", "c")
    database.observe(last, "lost", None, status="forbidden")
    database.observe(last, "still", "s1", status="unchanged")
    database.observe(last, "empty", "s1")
    database.set_added("fresh", first=None, then="2026-03-18 23:00:00+00")
    database.set_added("lost", first="2026-01-01 00:00:00+00", then="2026-03-17 00:00:00+00")
    columns = ("last_added_on", "days_since_added", "average_age_days", "new_share")
    found = database.columns(
        "playlist_freshness", "playlist", *columns, "changed_on", "read_on", "days_since_read"
    )
    assert found == [
        ("Fresh", "2026-03-18", 2, 2.0, 1.0, "2026-03-20", "2026-03-20", 0),
        ("Lost", "2026-03-17", 3, 40.5, 0.5, "2026-03-19", "2026-03-19", 1),
        ("Empty", None, None, None, None, None, "2026-03-20", 0),
        ("Still", None, None, None, None, None, "2026-03-20", 0),
    ]
