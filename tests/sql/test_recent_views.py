"""Views of the present read recent partitions only, and lose nothing that is current by that."""

from datetime import UTC, datetime, timedelta

import pytest

from spotify_pipeline.tables import TABLES
from stacks.recent_views import SUFFIX, WHOLE_HISTORY, Bounds
from stacks.sql_files import full_schema
from tests.sql.conftest import Database

BOUNDS = Bounds(run_days=10, contents_days=40, details_days=100)
DAYS = {"runs": 10, "artists": 100, "albums": 100, "album_artists": 100}
# DuckDB's today is that of the local time zone, and a test may run at midnight.
MARGIN = 2


def days_ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


@pytest.fixture
def recent() -> Database:
    return Database(BOUNDS)


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_a_table_has_its_recent_rows(recent: Database, table: str) -> None:
    days = DAYS.get(table, 40)
    inside, outside = days_ago(days - MARGIN), days_ago(days + MARGIN)
    for day in (inside, outside, days_ago(0)):
        recent.insert(table, run_id=day, ingest_date=day)
    found = recent.columns(table + SUFFIX, "run_id", "ingest_date")
    assert sorted(found) == sorted([(inside, inside), (days_ago(0), days_ago(0))])


def test_a_twin_has_the_columns_of_its_original() -> None:
    schema = full_schema()
    twins = [name for name in schema if name.endswith(SUFFIX)]
    assert {"tracks_recent", "tracks_latest_recent", "playlist_changes_recent"} <= set(twins)
    for twin in twins:
        assert schema[twin] == schema[twin.removesuffix(SUFFIX)]


def test_the_default_bounds_hold_every_recorded_day(database: Database) -> None:
    database.insert("tracks", track_id="t", ingest_date="1970-01-01")
    assert database.columns("tracks_recent", "track_id") == [("t",)]
    assert WHOLE_HISTORY.run_days == WHOLE_HISTORY.contents_days == WHOLE_HISTORY.details_days


def test_an_unchanged_playlist_has_the_entries_of_an_early_walk(recent: Database) -> None:
    walked, seen = days_ago(38), days_ago(8)
    run = recent.run(walked)
    recent.observe(run, "p", "s1", "a")
    recent.describe(run, "a", "ann")
    recent.observe(recent.run(seen), "p", "s1", status="unchanged")
    columns = ("status", "read_on", "walked_on", "walk_run_id")
    assert recent.columns("playlists_current", *columns) == [("unchanged", seen, walked, run)]
    assert recent.columns("playlist_items_current", "playlist", "uri") == [("P", "spotify:track:a")]
    assert recent.columns("most_playlisted_tracks", "track", "artists") == [("A", "Ann")]


@pytest.mark.parametrize("status", ["forbidden", "missing"])
def test_a_refused_playlist_keeps_what_was_read_recently(recent: Database, status: str) -> None:
    recent.observe(recent.run(days_ago(38)), "p", "s1", "a")
    recent.observe(recent.run(days_ago(50)), "q", "t1", "b")
    run = recent.run(days_ago(1))
    for playlist in ("p", "q"):
        recent.observe(run, playlist, None, status=status, name=None)
    found = recent.columns("playlists_current", "playlist_id", "name", "status", "snapshot_id")
    assert sorted(found) == [("p", "P", status, "s1"), ("q", None, status, None)]
    assert recent.columns("playlist_items_current", "uri") == [("spotify:track:a",)]


def test_a_pause_shows_the_whole_last_state_and_then_none(recent: Database) -> None:
    """Never a part: what is current is bounded more closely than its contents."""
    last = recent.run(days_ago(8))
    recent.observe(last, "p", "s1", "a")
    assert recent.columns("playlist_overview", "playlist", "entries") == [("P", 1)]
    older = Database(BOUNDS)
    older.observe(older.run(days_ago(12)), "p", "s1", "a")
    assert older.rows("playlist_overview") == []


def test_the_last_days_changes_span_an_earlier_reading(recent: Database) -> None:
    recent.observe(recent.run(days_ago(30)), "p", "s1", "a", "b")
    recent.observe(recent.run(days_ago(1)), "p", "s2", "b", "c")
    changes = recent.columns("changes_since_the_day_before", "change", "entry")
    assert changes == [("added", "spotify:track:c"), ("removed", "spotify:track:a")]
    assert recent.columns("rank_movers", "rank_before", "rank_now") == [(2, 1)]


def test_the_history_is_read_whole(recent: Database) -> None:
    recent.observe(recent.run(days_ago(300)), "p", "s1", "a")
    recent.observe(recent.run(days_ago(200)), "p", "s2", "b")
    assert recent.columns("snapshot_items", "uri") == [("spotify:track:a",), ("spotify:track:b",)]
    assert recent.columns("playlist_changes", "change", "uri") != []
    assert recent.rows("playlist_changes_recent") == []


def test_descriptions_come_from_their_own_bound(recent: Database) -> None:
    for days, genres in ((98, ["pop"]), (102, ["rock"])):
        row = {"artist_id": str(days), "genres": genres, "run_id": "r"}
        recent.insert("artists", **row, extracted_at="2026-01-01", ingest_date=days_ago(days))
    assert recent.columns("artists_latest_recent", "artist_id", "genres") == [("98", ["pop"])]


def test_of_several_walks_of_a_snapshot_the_fullest_counts(recent: Database) -> None:
    """An `unchanged` or refused observation has it too; of equal walks, the last."""
    full = recent.run(days_ago(5))
    recent.observe(full, "p", "s1", "a", "b")
    recent.observe(recent.run(days_ago(4)), "p", "s1", "a")
    again = recent.run(days_ago(3))
    recent.observe(again, "p", "s1", "a", "b")
    recent.observe(recent.run(days_ago(2)), "p", "s1", status="unchanged")
    found = recent.columns("playlist_observations", "walk_run_id", "walked_on")
    assert set(found) == {(again, days_ago(3))}
    recent.observe(recent.run(days_ago(1)), "q", "t1", status="unchanged")
    assert recent.columns("playlists_current", "playlist_id", "walk_run_id") == [("q", None)]
