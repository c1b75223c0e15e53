"""The state of a schedule across runs, and the requests that it saves."""

import gzip
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from fake_spotify.worlds.world import ME, World
from spotify_pipeline.extract.errors import LostRaceError
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.state.schedule_state import Scan, ScheduleState, StoredWalk
from spotify_pipeline.extract.state.schedule_state_store import ScheduleStateStore
from spotify_pipeline.keys import Part
from tests.conftest import CONTEXT, Aws, Server
from tests.unit.extract.runs import raw_records

KEY = "state/daily.json"
DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)


def run(server: Server, day: date, **event: object) -> dict[str, Any]:
    server.fake.day = day
    time = f"{day}T06:00:00Z"
    sources = {"my_playlists": True}
    return handler({"time": time, "schedule": "daily", "sources": sources, **event}, CONTEXT)


def walks(**snapshots: str) -> Scan:
    """A scan with walks on that day, by playlist."""
    return walks_at(DAY, **snapshots)


def walks_at(day: datetime, **snapshots: str) -> Scan:
    return Scan(walks={key: StoredWalk(snapshot, day) for key, snapshot in snapshots.items()})


def statuses(aws: Aws, day: date) -> Counter[str]:
    return Counter(
        line["context"]["status"]
        for _, line in raw_records(aws)
        if line["kind"] == "playlist" and line["run_id"].startswith(day.strftime("%Y%m%d"))
    )


def state(aws: Aws) -> ScheduleState:
    return msgspec.json.decode(aws.read(KEY), type=ScheduleState)


def calls_of_walks(world: World, day: date, changed: set[str]) -> int:
    """A request for each changed playlist; pages of the longer ones, and one recheck of these."""
    sizes = [len(one.entries) for one in world.library(day) if one.id in changed]
    further = sum(max(0, -(-(size - 100) // 50)) for size in sizes)
    return len(sizes) + further + bool(further)


def test_a_day_without_changes_costs_one_library_request(
    deployed: Aws, server: Server, world: World
) -> None:
    day = world.days[0]
    first = run(server, day)
    quiet = run(server, day, time=f"{day}T18:00:00Z")
    # The neighbour's playlist is listed without contents: it is not requested.
    assert quiet["api_calls"] == 1
    assert (quiet["playlists_seen"], quiet["playlists_walked"]) == (first["playlists_seen"], 0)
    assert statuses(deployed, day) == {"walked": 10, "unchanged": 10, "forbidden": 2}


def test_a_day_with_changes_costs_the_changed_playlists_pages(
    deployed: Aws, server: Server, world: World
) -> None:
    first, second = world.days[:2]
    run(server, first)
    before = {one.id: one.snapshot_id for one in world.library(first)}
    changed = {one.id for one in world.library(second) if one.snapshot_id != before[one.id]}
    assert 0 < len(changed) < len(before) - 1
    summary = run(server, second)
    assert summary["api_calls"] == 1 + calls_of_walks(world, second, changed)
    assert summary["playlists_walked"] == len(changed)
    assert statuses(deployed, second)["unchanged"] == 10 - len(changed)


def test_a_first_run_costs_the_pages_of_all_playlists(
    server: Server, deployed: Aws, world: World
) -> None:
    mine = {one.id for one in world.library(world.days[0]) if one.owner == ME}
    assert run(server, world.days[0])["api_calls"] == 1 + calls_of_walks(world, world.days[0], mine)


def test_a_full_refresh_walks_all_playlists(deployed: Aws, server: Server, world: World) -> None:
    run(server, world.days[0])
    again = run(server, world.days[0], time="2026-03-01T18:00:00Z", refresh="full")
    assert again["playlists_walked"] == 10


@pytest.mark.parametrize(("days", "walked"), [(29, 0), (30, 10)])
def test_an_unchanged_playlist_is_walked_again_after_30_days(
    deployed: Aws, server: Server, world: World, days: int, walked: int
) -> None:
    day = world.days[0]
    run(server, day)
    later = day + timedelta(days=days)
    summary = run(server, day, time=f"{later}T06:00:00Z")
    assert summary["playlists_walked"] == walked


def test_a_refused_playlist_is_not_in_the_state(
    deployed: Aws, server: Server, world: World
) -> None:
    run(server, world.days[0])
    mine = {one.id for one in world.library(world.days[0]) if one.owner == ME}
    assert state(deployed).playlists.keys() == mine


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"playlists": {"p": 7}}'])
def test_a_damaged_state_is_moved_aside_and_rebuilt(
    deployed: Aws, server: Server, world: World, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = world.days[:2]
    run(server, first)
    run(server, second)
    known = state(deployed)
    deployed.s3.put_object(Bucket=deployed.bucket, Key=KEY, Body=damage)
    quiet = run(server, second, time=f"{second}T18:00:00Z")
    assert (quiet["status"], quiet["playlists_walked"]) == ("complete", 0)
    [aside] = deployed.keys("state/damaged/")
    assert deployed.read(aside) == damage
    assert "schedule state is damaged" in caplog.text
    changed = run(server, world.days[2])
    assert changed["playlists_walked"] > 0
    assert state(deployed).playlists.keys() == known.playlists.keys()


def test_a_lost_state_is_rebuilt(
    deployed: Aws, server: Server, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    day = world.days[0]
    run(server, day)
    assert "is missing" not in caplog.text
    known = state(deployed)
    for key in deployed.keys("state/"):
        deployed.s3.delete_object(Bucket=deployed.bucket, Key=key)
    quiet = run(server, day, time=f"{day}T18:00:00Z")
    assert (quiet["status"], quiet["playlists_walked"]) == ("complete", 0)
    assert "schedule state is missing" in caplog.text
    assert state(deployed).playlists == known.playlists


FOREIGN = {
    "raw-data/": b"",
    "raw-data/ingest_date={day}/": b"",
    "raw-data/ingest_date={day}/notes.txt": b"notes",
    "raw-data/ingest_date={day}/odd-daily-1/0000.jsonl.gz": b"",
    "raw-data/ingest_date={day}/{run}/0007.jsonl.gz": b"no gzip",
    "raw-data/ingest_date={day}/{run}/0008.jsonl.gz": gzip.compress(b"no record\n" + b"[" * 5000),
}


def test_foreign_objects_are_left_out_of_a_rebuilt_state(
    deployed: Aws, server: Server, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    day = world.days[0]
    run(server, day)
    known = state(deployed)
    run_id = Part.from_raw_key(deployed.raw_keys()[0]).run_id
    for key, body in FOREIGN.items():
        name = key.format(day=day, run=run_id)
        deployed.s3.put_object(Bucket=deployed.bucket, Key=name, Body=body)
    deployed.s3.put_object(Bucket=deployed.bucket, Key=KEY, Body=b"[" * 5000)
    run(server, day, time=f"{day}T18:00:00Z")
    assert state(deployed).playlists == known.playlists
    assert "raw object ignored" in caplog.text
    assert "raw object left out of the schedule state" in caplog.text


def test_concurrent_updates_of_two_runs_are_merged(aws: Aws) -> None:
    """The other run writes between this run's read and write; both walks are stored."""

    class Late(ScheduleStateStore):
        rivals = 3

        def _write(self, state: ScheduleState, etag: str | None) -> bool:
            if self.rivals:
                self.rivals -= 1
                rival = ScheduleStateStore(aws.s3, aws.bucket, "daily", DAY, 30)
                rival.update(walks(**{f"q{self.rivals}": "theirs"}))
            return super()._write(state, etag)

    Late(aws.s3, aws.bucket, "daily", DAY, 30).update(walks(p="ours"))
    assert set(state(aws).playlists) == {"p", "q0", "q1", "q2"}


def test_a_race_that_is_always_lost_raises_an_error(aws: Aws) -> None:
    class Losing(ScheduleStateStore):
        def _write(self, state: ScheduleState, etag: str | None) -> bool:
            return False

    with pytest.raises(LostRaceError, match="changed during 10 writes"):
        Losing(aws.s3, aws.bucket, "daily", DAY, 30).update(walks(p="ours"))


def test_an_older_run_that_ends_later_does_not_revert_the_state(aws: Aws) -> None:
    store = ScheduleStateStore(aws.s3, aws.bucket, "daily", DAY, 30)
    store.update(walks(p="new"))
    store.update(walks_at(DAY - timedelta(days=1), p="old"))
    assert store.load().playlists["p"].snapshot_id == "new"


def test_each_schedule_has_its_own_state(deployed: Aws, server: Server, world: World) -> None:
    run(server, world.days[0])
    other = run(server, world.days[0], schedule="weekly")
    assert other["playlists_walked"] == 10
    assert set(deployed.keys("state/")) >= {KEY, "state/weekly.json"}


def test_a_restless_playlist_is_marked_in_the_state(aws: Aws) -> None:
    store = ScheduleStateStore(aws.s3, aws.bucket, "daily", DAY, 30)
    store.update(Scan(walks={"p": StoredWalk("s1", DAY, is_restless=True)}))
    assert store.load().playlists["p"].is_restless
    assert store.load().snapshot_since("p", DAY - timedelta(days=30)) == "s1"
