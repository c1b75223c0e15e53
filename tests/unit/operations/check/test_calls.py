"""The arithmetic of calls, with figures worked out by hand."""

import pytest

from operations.check.calls import (
    days_for,
    enrichment_calls,
    listing_calls,
    walk_calls,
)
from spotify_pipeline.extract.plan import further_pages
from stacks.cron.times import runs_a_day


@pytest.mark.parametrize(("playlists", "calls"), [(0, 1), (1, 1), (50, 1), (51, 2), (630, 13)])
def test_a_library_takes_a_call_for_50_playlists(playlists: int, calls: int) -> None:
    assert listing_calls(playlists) == calls


@pytest.mark.parametrize(
    ("entries", "regime", "pages"),
    [
        (0, "NEW-DEV", 0),
        (100, "NEW-DEV", 0),
        (101, "NEW-DEV", 1),
        (150, "NEW-DEV", 1),
        (151, "NEW-DEV", 2),
        (1000, "NEW-DEV", 18),
        (1000, "OLD-DEV", 9),
        (1000, "EXT", 9),
        (1000, None, 18),
    ],
)
def test_pages_after_the_first_100_entries(entries: int, regime: str | None, pages: int) -> None:
    assert further_pages(entries, regime) == pages


def test_longer_playlists_are_rechecked_one_by_one() -> None:
    # 3 playlists, 1 + 2 further pages, 2 snapshots.
    assert walk_calls([30, 150, 200], "NEW-DEV") == 8


def test_many_longer_playlists_are_rechecked_in_the_library() -> None:
    # 10 playlists, 9 further pages of each, one listing instead of 10 snapshots.
    assert walk_calls([1000] * 10, "EXT", listing=1) == 101
    assert walk_calls([1000], "EXT", listing=2) == 11


@pytest.mark.parametrize(
    ("regime", "limit", "calls"), [("EXT", 100, 6), ("OLD-DEV", 5, 5), ("NEW-DEV", 100, 0)]
)
def test_enrichment_takes_batches_where_there_are_any(regime: str, limit: int, calls: int) -> None:
    # 101 artists in batches of 50, 41 albums in batches of 20.
    assert enrichment_calls(101, 41, regime, limit) == calls


@pytest.mark.parametrize(("calls", "days"), [(0, 1), (686, 1), (687, 2), (2000, 3)])
def test_calls_spread_over_days(calls: int, days: int) -> None:
    assert days_for(calls, 686) == days


@pytest.mark.parametrize(
    ("cron", "runs"),
    [
        ("0 6 * * ? *", 1),
        ("0,30 6-8 * * ? *", 6),
        ("0 * * * ? *", 24),
        ("0/15 0/12 * * ? *", 8),
        ("*/20 22-23/1 ? * MON *", 6),
    ],
)
def test_a_schedule_runs_so_often_a_day(cron: str, runs: int) -> None:
    assert runs_a_day(cron) == runs
