"""Rows of the views on small data, worked out by hand."""

from collections import Counter
from typing import Any

import pytest

from tests.sql.conftest import Database

DAY1, DAY2, DAY3 = "2026-03-01", "2026-03-02", "2026-03-03"


def test_runs_latest_is_the_last_attempt(database: Database) -> None:
    run = database.run(DAY1, status="partial")
    database.insert("runs", run_id=run, attempt=2, status="complete", entries=7, ingest_date=DAY1)
    other = database.run(DAY1, number=2)
    found = database.columns("runs_latest", "run_id", "attempt", "status", "entries")
    assert sorted(found, key=str) == [(run, 2, "complete", 7), (other, 1, "complete", None)]


def current(database: Database) -> dict[str, list[str | None]]:
    """Ids of the current entries in order, by playlist."""
    found: dict[str, list[tuple[int, str | None]]] = {}
    for playlist, position, uri in database.columns(
        "playlist_items_current", "playlist_id", "position", "uri"
    ):
        found.setdefault(playlist, []).append((position, uri))
    assert all(len(p) == len({n for n, _ in p}) for p in found.values()), "duplicate position"
    return {
        playlist: [uri and uri.rsplit(":", 1)[1] for _, uri in sorted(entries, key=lambda e: e[0])]
        for playlist, entries in found.items()
    }


def test_a_snapshot_that_several_runs_walked_counts_once(database: Database) -> None:
    for day in (DAY1, DAY2, DAY3):
        database.observe(database.run(day), "p", "s1", "a", "b", "a", None)
    assert current(database) == {"p": ["a", "b", "a", None]}


@pytest.mark.parametrize("walks", [("abc", "a"), ("a", "abc"), ("", "abc", "ab")])
def test_a_short_walk_never_hides_a_longer_one(database: Database, walks: tuple[str, ...]) -> None:
    """Of the same snapshot: nothing was removed, and nothing added."""
    database.observe(database.run(DAY1), "p", "s0", "a", "b", "c")
    for hour, walk in enumerate(walks, start=1):
        database.observe(database.run(DAY2, number=hour), "p", "s1", *walk)
    assert current(database) == {"p": ["a", "b", "c"]}
    assert database.rows("playlist_changes") == []


def test_an_unchanged_playlist_has_the_entries_of_its_walk(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a", "b")
    database.observe(database.run(DAY2), "p", "s1", status="unchanged")
    assert current(database) == {"p": ["a", "b"]}
    [row] = database.rows("playlists_current")
    assert (row["status"], row["snapshot_id"], row["read_on"]) == ("unchanged", "s1", DAY2)


@pytest.mark.parametrize("status", ["forbidden", "missing", "unauthorized", "failed"])
def test_an_unreadable_playlist_is_never_shown_as_empty(database: Database, status: str) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a", "b", total_entries=2)
    database.observe(database.run(DAY2), "p", None, status=status, name=None, reason="refused")
    assert current(database) == {"p": ["a", "b"]}
    [row] = database.rows("playlists_current")
    assert (row["name"], row["status"], row["reason"]) == ("P", status, "refused")
    assert (row["snapshot_id"], row["total_entries"], row["read_on"]) == ("s1", 2, DAY1)


def test_a_playlist_that_was_never_readable_has_no_contents(database: Database) -> None:
    database.observe(database.run(DAY1), "p", None, status="missing", name=None)
    [row] = database.rows("playlists_current")
    assert (row["name"], row["status"], row["snapshot_id"]) == (None, "missing", None)
    assert current(database) == {}


def test_an_empty_playlist_is_current_and_empty(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1")
    assert database.columns("playlists_current", "playlist_id") == [("p",)]
    assert current(database) == {}


def test_a_playlist_absent_from_the_last_run_is_not_current(
    database: Database,
) -> None:
    first = database.run(DAY1)
    database.observe(first, "kept", "k1", "a")
    database.observe(first, "unfollowed", "u1", "b")
    database.observe(database.run(DAY2), "kept", "k2", "c")
    assert current(database) == {"kept": ["c"]}


def test_an_incomplete_run_does_not_affect_current_playlists(database: Database) -> None:
    first = database.run(DAY1)
    database.observe(first, "p", "s1", "a")
    database.observe(first, "q", "t1", "b")
    partial = database.run(DAY2, status="partial")
    database.observe(partial, "p", "s2", "c")
    database.observe(partial, "new", "n1", "d")
    assert current(database) == {"p": ["c"], "q": ["b"]}


def test_each_schedule_keeps_its_own_playlists_current(database: Database) -> None:
    database.observe(database.run(DAY1, schedule="weekly"), "w", "w1", "a")
    database.observe(database.run(DAY2, schedule="daily"), "d", "d1", "b")
    assert current(database) == {"w": ["a"], "d": ["b"]}


def test_the_later_of_two_runs_on_one_day_counts(database: Database) -> None:
    database.observe(database.run(DAY1, number=18), "p", "s2", "b")
    database.observe(database.run(DAY1, number=6), "p", "s1", "a")
    assert current(database) == {"p": ["b"]}


def test_a_walk_without_its_playlist_row_is_not_visible(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a")
    run = database.run(DAY2)
    half = {"playlist_id": "p", "snapshot_id": "s2", "position": 0, "uri": "spotify:track:z"}
    database.insert("playlist_items", run_id=run, ingest_date=DAY2, **half)
    database.observe(run, "q", "t1", "b")
    assert "z" not in str(current(database))
    assert "z" not in str(database.rows("playlist_changes"))


def changes(database: Database) -> Counter[tuple[Any, ...]]:
    rows = database.columns(
        "playlist_changes", "ingest_date", "playlist_id", "change", "uri", "copies"
    )
    assert len(rows) == len({row[:4] for row in rows})
    return Counter(
        {(day, p, change, uri and uri.rsplit(":", 1)[1]): n for day, p, change, uri, n in rows}
    )


def test_changes_are_the_difference_of_consecutive_snapshots(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a", "a", "b", "c", None)
    database.observe(database.run(DAY2), "p", "s2", "c", "a", "d", "d", "d")
    database.observe(database.run(DAY3), "p", "s3", "d", "d", "d", "a", "c")
    assert changes(database) == {
        (DAY2, "p", "removed", "a"): 1,
        (DAY2, "p", "removed", "b"): 1,
        (DAY2, "p", "removed", None): 1,
        (DAY2, "p", "added", "d"): 3,
    }


def test_a_first_or_returning_snapshot_changes_nothing(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a")
    database.observe(database.run(DAY2), "p", None, status="forbidden")
    database.observe(database.run(DAY3), "p", "s1", status="unchanged")
    assert changes(database) == {}


def test_changes_while_unreadable_appear_on_the_next_reading(
    database: Database,
) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a")
    database.observe(database.run(DAY2), "p", None, status="missing")
    database.observe(database.run(DAY3), "p", "s2", "b")
    assert changes(database) == {(DAY3, "p", "added", "b"): 1, (DAY3, "p", "removed", "a"): 1}


def test_an_emptied_playlist_lost_every_entry(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a", "b")
    database.observe(database.run(DAY2), "p", "s2")
    assert changes(database) == {(DAY2, "p", "removed", "a"): 1, (DAY2, "p", "removed", "b"): 1}


def test_a_return_to_an_old_snapshot_is_a_second_change(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a")
    database.observe(database.run(DAY2), "p", "s2", "b")
    database.observe(database.run(DAY3), "p", "s1", status="unchanged")
    assert changes(database) == {
        (DAY2, "p", "added", "b"): 1,
        (DAY2, "p", "removed", "a"): 1,
        (DAY3, "p", "added", "a"): 1,
        (DAY3, "p", "removed", "b"): 1,
    }


def test_a_partial_response_never_erases_known_values(database: Database) -> None:
    full, thin = database.run(DAY1), database.run(DAY2)
    database.describe(full, "t", popularity=60, isrc="USABC2600001", duration_ms=1000)
    database.describe(thin, "t", name="Renamed", duration_ms=None, is_explicit=True)
    [row] = database.rows("tracks_latest")
    assert (row["name"], row["popularity"], row["isrc"]) == ("Renamed", 60, "USABC2600001")
    assert (row["duration_ms"], row["is_explicit"], row["ingest_date"]) == (1000, True, DAY2)


def test_an_artist_is_one_row_with_its_last_known_values(database: Database) -> None:
    at = {"run_id": "r", "ingest_date": DAY1}
    database.insert(
        "artists",
        artist_id="x",
        name="Old",
        followers=5,
        genres=["pop"],
        extracted_at="2026-03-01 06:00:00+00",
        **at,
    )
    database.insert(
        "artists", artist_id="x", name="New", extracted_at="2026-03-01 07:00:00+00", **at
    )
    [row] = database.rows("artists_latest")
    assert (row["name"], row["followers"], row["genres"]) == ("New", 5, ["pop"])


@pytest.mark.parametrize(
    ("uri", "name", "duration_ms"),
    [
        ("spotify:local:Me::Rivers:200", "Rivers", 200_000),
        ("spotify:local:Bj%C3%B6rk:Post:J%C3%B3ga:305", "Jóga", 305_000),
        ("spotify:local:Björk::Jóga:305", "Jóga", 305_000),
        ("spotify:local:::Two+words:1", "Two words", 1000),
        ("spotify:local:::1%2B1%3A+sum:1", "1+1: sum", 1000),
        ("spotify:local:A+B:C%3AD:%22Quoted%22+%26+more:61", '"Quoted" & more', 61_000),
        ("spotify:local:::raw: colon:9", "raw: colon", 9000),
        ("spotify:local:::100%:9", "100%", 9000),
        ("spotify:local:::50%+off%21:9", "50% off%21", 9000),
        ("spotify:local:::%FF:9", "%FF", 9000),
        ("spotify:local:::Untimed:", "Untimed", None),
        ("spotify:local:::Long:99999999999999999999", "Long", None),
        ("spotify:local:Me:Album::9", "spotify:local:Me:Album::9", 9000),
        ("spotify:local::::0", "spotify:local::::0", 0),
        ("spotify:local:", "spotify:local:", None),
        ("spotify:chapter:x", "spotify:chapter:x", None),
    ],
)
def test_an_entry_without_an_item_row_is_described_by_its_uri(
    database: Database, uri: str, name: str, duration_ms: int | None
) -> None:
    database.observe(database.run(DAY1), "p", "s1", uri, uri)
    columns = ("uri", "name", "duration_ms")
    assert database.columns("entry_descriptions", *columns) == [(uri, name, duration_ms)]


def test_items_are_described_by_their_latest_values(database: Database) -> None:
    first, second = database.run(DAY1), database.run(DAY2)
    database.observe(first, "p", "s1", "a", "b", "spotify:episode:a", "spotify:episode:c", None)
    database.describe(first, "a", name="Old", duration_ms=1000)
    database.describe(second, "a", name="New", duration_ms=None)
    database.describe(first, "b", name="", duration_ms=2000)
    database.describe_episode(first, "a", duration_ms=60_000)
    found = database.columns("entry_descriptions", "uri", "item_type", "name", "duration_ms")
    assert sorted(found) == [
        ("spotify:episode:a", "episode", "Episode A", 60_000),
        ("spotify:episode:c", "episode", "spotify:episode:c", None),
        ("spotify:track:a", "track", "New", 1000),
        ("spotify:track:b", "track", "spotify:track:b", 2000),
    ]


def last_day(database: Database) -> set[tuple[Any, ...]]:
    columns = ("playlist_id", "day", "is_now", "snapshot_id", "read_on", "walked_on")
    rows = database.columns("last_day_snapshots", *columns)
    assert len(rows) == len(set(rows))
    return set(rows)


def test_the_last_days_snapshots_are_those_of_changed_playlists(database: Database) -> None:
    first, second = database.run(DAY1), database.run(DAY2)
    for playlist in ("changed", "same", "refused", "returned"):
        database.observe(first, playlist, "s1", "a")
    database.observe(second, "returned", "s2", "b")
    third, fourth = database.run(DAY3), database.run(DAY3, number=5)
    for run in (third, fourth):
        database.observe(run, "changed", f"s{run}", "b")
        database.observe(run, "same", "s1", status="unchanged")
        database.observe(run, "refused", None, status="forbidden")
        database.observe(run, "returned", "s1", status="unchanged")
    assert last_day(database) == {
        ("changed", DAY3, False, "s1", DAY1, DAY1),
        ("changed", DAY3, True, f"s{fourth}", DAY3, DAY3),
        ("returned", DAY3, False, "s2", DAY2, DAY2),
        ("returned", DAY3, True, "s1", DAY3, DAY1),
    }


def test_a_new_playlists_changes_count_from_its_first_snapshot(database: Database) -> None:
    for number, snapshot in enumerate(("s1", "s2", "s3"), start=1):
        database.observe(database.run(DAY1, number=number), "p", snapshot, snapshot)
    assert last_day(database) == {
        ("p", DAY1, False, "s1", DAY1, DAY1),
        ("p", DAY1, True, "s3", DAY1, DAY1),
    }
    assert database.columns("changes_since_the_day_before", "change", "entry") == [
        ("added", "spotify:track:s3"),
        ("removed", "spotify:track:s1"),
    ]
    assert database.rows("rank_movers") == []


def test_a_playlist_that_loses_its_entries_on_the_last_day_lost_all(database: Database) -> None:
    database.observe(database.run(DAY1), "p", "s1", "a", "a")
    database.observe(database.run(DAY2), "p", "s2")
    columns = ("change", "copies", "entry", "day")
    assert database.columns("changes_since_the_day_before", *columns) == [
        ("removed", 2, "spotify:track:a", DAY2)
    ]


def test_a_snapshot_that_could_not_be_read_is_not_compared(database: Database) -> None:
    database.observe(database.run(DAY1, number=1), "p", "s1", "a")
    database.observe(database.run(DAY1, number=2), "p", None, "a")
    database.observe(database.run(DAY2), "p", "s2", "b")
    assert {row[3] for row in last_day(database)} == {"s1", "s2"}
