"""Forecasts of a schedule, with figures worked out by hand."""

from datetime import UTC, datetime, timedelta

from operations.check.forecast import Forecast, Rules, forecast, measured_share
from operations.check.sources import READABLE, UNREAD, Source, find_sources
from spotify_pipeline.extract.state.plays import StoredPlays
from spotify_pipeline.extract.state.schedule_state import (
    Refresh,
    ScheduleState,
    StoredRefusal,
    StoredWalk,
)
from spotify_pipeline.sources import Sources

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
PLAYED = ScheduleState(plays=StoredPlays(NOW, ["key"]))
NEW_DEV = Rules("NEW-DEV", 100)


def listed(count: int, entries: int) -> list[Source]:
    return [
        Source("playlist", f"p{entries}-{n}", READABLE, entries=entries, is_listed=True)
        for n in range(count)
    ]


def by_id(name: str, kind: str = "playlist", status: str = UNREAD) -> Source:
    return Source(kind, name, status)


def forecast_of(
    found: list[Source],
    library: int | None = None,
    rules: Rules = NEW_DEV,
    runs: int = 1,
    state: ScheduleState | None = None,
) -> Forecast:
    refresh = Refresh(state or ScheduleState(), NOW, False, 30)
    return forecast("daily", runs, found, refresh, library, rules)


def test_a_library_of_newer_apps() -> None:
    found = [*listed(38, 40), *listed(2, 150)]
    withheld = Source("playlist", "w", "forbidden", is_listed=True, is_withheld=True)
    result = forecast_of([*found, withheld], library=41)
    # 1 listing, 40 playlists, 2 pages, 1 listing in place of 2 snapshots.
    assert result.first_run == 44
    assert result.unchanged == 1
    # A tenth of 43 calls, rounded up.
    assert result.typical == 1 + 5


def test_sources_by_id_are_requested_every_day() -> None:
    found = [by_id("p1"), by_id("p2"), by_id("a1", "album"), by_id("r1", "artist")]
    result = forecast_of(found)
    assert (result.first_run, result.unchanged, result.typical) == (4, 4, 4)


def test_plays_take_one_call_a_run() -> None:
    sources = Sources(recently_played=True)
    for state, status in ((ScheduleState(), UNREAD), (PLAYED, READABLE)):
        found = find_sources(sources, {}, state)
        assert [one.status for one in found] == [status]
        result = forecast_of(found, runs=24, state=state)
        assert (result.first_run, result.typical_day, result.unchanged_day) == (1, 24, 24)


def test_older_apps_take_batches_too() -> None:
    result = forecast_of(listed(10, 1000), library=10, rules=Rules("EXT", 100))
    # 1 + 10 + 90 + 1; 7,500 artists and 8,000 albums exceed the limit of 100 batches.
    assert result.first_run == 102 + 100
    assert result.unchanged == 1
    # A tenth of 101 calls, rounded up, and a batch of artists and one of albums.
    assert result.typical == 1 + 11 + 2


def test_only_the_first_of_several_runs_finds_the_changes() -> None:
    result = forecast_of(listed(10, 40), library=10, runs=24)
    assert result.unchanged_day == 24
    assert result.typical_day == 24 + 1


def test_refused_playlists_cost_a_call_when_they_are_due() -> None:
    refused = by_id("p1", status="forbidden")
    for days, calls in ((1, 1), (0.5, 0)):
        requested = NOW - timedelta(days=days)
        refusal = StoredRefusal("forbidden", "why", requested, requested)
        state = ScheduleState(refusals={"p1": refusal})
        assert forecast_of([refused], state=state).unchanged == calls


def test_pending_enrichment_is_part_of_every_day() -> None:
    state = ScheduleState(artists={f"a{n}": None for n in range(51)}, albums={"b": None})
    assert forecast_of([], library=0, state=state, rules=Rules("EXT", 100)).unchanged == 1 + 3


def test_the_share_of_changed_playlists_is_that_of_the_last_day() -> None:
    early, late = NOW - timedelta(days=9), NOW - timedelta(days=1)
    walks = {f"p{n}": StoredWalk("s", late if n == 0 else early) for n in range(4)}
    state = ScheduleState(playlists=walks)
    assert measured_share(state) == 0.25
    result = forecast_of(listed(40, 40), library=40, state=state)
    assert (result.typical, result.is_measured) == (1 + 10, True)


def test_a_first_run_shows_no_share() -> None:
    walks = {f"p{n}": StoredWalk("s", NOW) for n in range(4)}
    assert measured_share(ScheduleState(playlists=walks)) is None
    assert measured_share(ScheduleState()) is None


def test_a_share_of_7_in_100_playlists_is_7() -> None:
    early, late = NOW - timedelta(days=9), NOW - timedelta(days=1)
    walks = {f"p{n}": StoredWalk("s", late if n < 7 else early) for n in range(100)}
    state = ScheduleState(playlists=walks)
    assert forecast_of(listed(100, 40), library=100, state=state).typical == 2 + 7
