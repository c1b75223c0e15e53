"""Runs, their costs, and what was rejected."""

from tests.sql.conftest import Database
from tests.sql.queries.conftest import DAY1, DAY2


def test_run_history(music: Database) -> None:
    found = music.columns("run_history", "day", "status", "attempt", "seconds")
    assert found == [(day, "complete", 1, 90) for day in (DAY2, DAY2, DAY1)]


def test_rejected_by_reason(database: Database) -> None:
    for day, run, key, table, reason in (
        (DAY1, "r1", "raw-1", "playlist_items", "Expected `int`"),
        (DAY2, "r2", "raw-2", "playlist_items", "Expected `int`"),
        (DAY2, "r2", "raw-2", "playlist_items", "Expected `int`"),
        (DAY2, "r2", "raw-2", None, "JSON is malformed"),
        (DAY2, "r2", "raw-2", "albums", "404 gone"),
    ):
        database.insert(
            "rejected",
            raw_key=key,
            table_name=table,
            rule="decode",
            reason=reason,
            run_id=run,
            ingest_date=day,
        )
    columns = ("table_name", "reason", "times", "runs", "first_day", "last_day", "first_raw_key")
    assert database.columns("rejected_by_reason", *columns) == [
        ("playlist_items", "Expected `int`", 3, 2, DAY1, DAY2, "raw-1"),
        ("albums", "404 gone", 1, 1, DAY2, DAY2, "raw-2"),
        (None, "JSON is malformed", 1, 1, DAY2, DAY2, "raw-2"),
    ]


def test_run_costs(database: Database) -> None:
    """100 s at 0.0000133334 USD a second for each GB; a run without an end has no cost."""
    database.attempt("r1", 1, "06:00:00", "06:01:00", api_calls=10, entries=100)
    database.attempt("r1", 2, "08:00:00", "08:00:40", api_calls=15, entries=250)
    database.attempt("r2", 1, "09:00:00", None, api_calls=0, entries=0)
    database.attempt("r3", 1, "10:00:00", "10:00:01", api_calls=20, entries=453)
    columns = ("attempts", "api_calls", "entries", "entries_per_call", "seconds", "usd_per_gb")
    assert database.columns("run_costs", "run_id", *columns) == [
        ("r3", 1, 20, 453, 22.7, 1.0, 0.000013),
        ("r2", 1, 0, 0, None, None, None),
        ("r1", 2, 25, 250, 10.0, 100.0, 0.001333),
    ]
