"""Runs that need more calls than a day allows, on a simulated clock."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from fake_spotify.worlds.bulk import Group, library_world
from tests.conftest import Aws, Server
from tests.unit.extract.runs import raw_records
from tests.unit.extract.simulation import DAY, START, Simulation, daily, events

ARTIST = "0TnOYISbd1XYRBk9myaseg"

Library = Callable[..., Simulation]


@pytest.fixture
def library(server: Server, deployed: Aws, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Sets up a library of short playlists, and the limits of calls."""

    def set_up(playlists: int, daily_calls: int, quota: int) -> Simulation:
        world = library_world(Group(playlists, 2))
        server.fake.world, server.fake.day = world, world.days[0]
        monkeypatch.setenv("DAILY_CALLS", str(daily_calls))
        return Simulation(server.fake, quota, monkeypatch)

    return set_up


def walked(aws: Aws) -> Counter[str]:
    """The number of times that each playlist was stored."""
    return Counter(
        line["context"]["playlist_id"]
        for _, line in raw_records(aws)
        if line["kind"] == "playlist" and line["context"]["status"] == "walked"
    )


def by_schedule(summaries: list[dict[str, object]], schedule: str) -> list[dict[str, object]]:
    return [one for one in summaries if one["schedule"] == schedule]


def test_other_objects_among_raw_parts_do_not_stop_a_resume(
    library: Library, deployed: Aws
) -> None:
    simulation = library(120, daily_calls=100, quota=100)
    for name in ("20270101T000000Z-daily-nohash", "zz-daily-0a1b2c3d", "note"):
        key = f"raw-data/ingest_date=2027-01-01/{name}/0000.jsonl.gz"
        deployed.s3.put_object(Bucket=deployed.bucket, Key=key, Body=b"")
    event = events("daily", [START], my_playlists=True)
    assert simulation.run(event, until=START + 2 * DAY)[-1]["status"] == "complete"


@pytest.mark.parametrize(("playlists", "days"), [(600, 1), (1200, 2)])
def test_a_large_library_takes_the_days_that_its_calls_fill(
    library: Library, deployed: Aws, playlists: int, days: int
) -> None:
    simulation = library(playlists, daily_calls=700, quota=700)
    large = events("daily", [START], my_playlists=True)
    small = daily("other", days, START + timedelta(hours=1), artists=[ARTIST])
    summaries = simulation.run(large + small, until=START + days * DAY)
    assert by_schedule(summaries, "daily")[-1]["status"] == "complete"
    assert Counter(walked(deployed).values()) == {1: playlists}
    assert simulation.quota.most_in_a_day <= 700
    assert [one["status"] for one in by_schedule(summaries, "other")] == ["complete"] * days


def test_newer_runs_of_the_schedule_continue_with_what_was_never_read(
    library: Library, deployed: Aws
) -> None:
    simulation = library(250, daily_calls=100, quota=100)
    summaries = simulation.run(daily("daily", 5, my_playlists=True), until=START + 5 * DAY)
    assert summaries[-1]["status"] == "complete"
    assert Counter(walked(deployed).values()) == {1: 250}
    assert simulation.quota.most_in_a_day <= 100


def test_an_older_run_stops_in_favour_of_a_newer_one(library: Library, deployed: Aws) -> None:
    simulation = library(250, daily_calls=100, quota=100)
    summaries = simulation.run(daily("daily", 2, my_playlists=True), until=START + 2 * DAY)
    first = [one for one in summaries if str(one["run_id"]).startswith("20260301")]
    assert first[-1]["attempt"] == 2
    assert (first[-1]["status"], first[-1].get("resume_at")) == ("partial", None)
    assert "20260302T060000Z-daily" in str(first[-1]["reason"])
    assert first[-1]["api_calls"] == 0


def test_a_full_refresh_ends_although_a_newer_run_has_begun(
    library: Library, deployed: Aws
) -> None:
    simulation = library(120, daily_calls=100, quota=100)
    full = events("daily", [START], refresh="full", my_playlists=True)
    newer = events("daily", [START + timedelta(hours=12)], my_playlists=True)
    summaries = simulation.run(full + newer, until=START + 3 * DAY)
    ends = [one["status"] for one in summaries if str(one["run_id"]).startswith("20260301T06")]
    assert ends[-1] == "complete"


def test_manual_runs_of_other_sources_do_not_stop_each_other(
    library: Library, deployed: Aws
) -> None:
    simulation = library(120, daily_calls=100, quota=100)
    large = events("manual", [START], my_playlists=True)
    small = events("manual", [START + timedelta(hours=1)], artists=[ARTIST])
    summaries = simulation.run(large + small, until=START + 2 * DAY)
    assert summaries[-1]["status"] == "complete"
    assert len(walked(deployed)) == 120


def test_a_quota_that_other_apps_have_used_blocks_all_schedules_until_its_end(
    library: Library, deployed: Aws
) -> None:
    simulation = library(120, daily_calls=700, quota=100)
    large = events("daily", [START], my_playlists=True)
    small = events("other", [START + timedelta(hours=1)], artists=[ARTIST])
    summaries = simulation.run(large + small, until=START + 3 * DAY)
    refused, blocked = summaries[:2]
    assert "QUOTA_EXCEEDED" in str(refused["reason"])
    assert ("QUOTA_EXCEEDED" in str(blocked["reason"]), blocked["api_calls"]) == (True, 0)
    assert refused["resume_at"] == blocked["resume_at"]
    assert [by_schedule(summaries, one)[-1]["status"] for one in ("daily", "other")] == [
        "complete",
        "complete",
    ]


def test_the_calls_of_a_day_include_other_schedules(library: Library, deployed: Aws) -> None:
    simulation = library(60, daily_calls=700, quota=700)
    large = events("daily", [START], my_playlists=True)
    small = daily("other", 2, START + timedelta(hours=23), artists=[ARTIST])
    summaries = simulation.run(large + small, until=START + 3 * DAY)
    assert [one["calls_24h"] for one in summaries] == [62, 63, 2]


def test_a_run_without_the_setting_has_no_limit(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = library(120, daily_calls=100, quota=1000)
    monkeypatch.delenv("DAILY_CALLS")
    [run] = simulation.run(events("daily", [START], my_playlists=True), until=START + DAY)
    assert run["status"] == "complete"
