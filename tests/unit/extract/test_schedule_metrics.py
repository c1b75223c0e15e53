"""Metrics of a schedule: complete runs, and what they read compared with earlier ones."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.worlds.world import World
from spotify_pipeline.extract.state.history import Comparison, Coverage, PastRun, compare
from spotify_pipeline.keys import history_key
from tests.conftest import Aws, Server
from tests.unit.extract.runs import EVENT
from tests.unit.extract.test_metrics import emit

Capture = pytest.CaptureFixture[str]


def on_day(number: int, **more: Any) -> dict[str, Any]:
    time = datetime.fromisoformat(EVENT["time"]) + timedelta(days=number)
    return {**EVENT, "time": time.isoformat(), **more}


def past(name: str, entries: int, *unreadable: str) -> PastRun:
    return PastRun(name, Coverage(entries, list(unreadable)))


def test_a_complete_run_counts_for_its_schedule(deployed: Aws, capfd: Capture) -> None:
    assert emit(capfd, EVENT)["schedule"] == {"RunsCompleted": 1, "PlaylistsLost": 0}


def test_an_incomplete_run_does_not_count(deployed: Aws, capfd: Capture) -> None:
    deployed.fill_secret(client_id="", client_secret="")
    assert emit(capfd, EVENT)["schedule"] == {"RunsCompleted": 0}
    assert history_key("daily") not in deployed.keys("state/")


def test_unchanged_playlists_count_as_read(deployed: Aws, capfd: Capture) -> None:
    emit(capfd, EVENT)
    emitted = emit(capfd, on_day(1))
    assert emitted["service"]["EntriesExtracted"] == 0
    assert emitted["schedule"]["EntriesOfUsual"] == 100


def test_a_playlist_is_lost_once(
    deployed: Aws, server: Server, world: World, capfd: Capture
) -> None:
    emit(capfd, EVENT)
    [lost] = [one.id for one in world.library(world.days[0]) if one.name == "Deep Focus Hours"]
    path = f"/v1/playlists/{lost}.*"
    server.fake.faults.add(Fault(Kind.ERROR_STRING, path, count=None, status=403))
    emitted = [emit(capfd, on_day(n, refresh="full"))["schedule"] for n in (1, 2)]
    assert [one["PlaylistsLost"] for one in emitted] == [1, 0]
    assert emitted[0]["EntriesOfUsual"] < 100


def test_a_run_is_compared_with_the_mean_of_earlier_ones() -> None:
    earlier = [past("1", 100, "a"), past("2", 300, "b")]
    assert compare(past("3", 50, "b", "c"), earlier) == Comparison(25.0, ["c"])


@pytest.mark.parametrize("earlier", [[], [past("1", 0)]])
def test_nothing_is_unusual_without_earlier_entries(earlier: list[PastRun]) -> None:
    assert compare(past("2", 50), earlier) == Comparison()


@pytest.mark.parametrize("stored", [b"{", b"[1]", b""])
def test_a_damaged_history_begins_anew(deployed: Aws, capfd: Capture, stored: bytes) -> None:
    deployed.s3.put_object(Bucket=deployed.bucket, Key=history_key("daily"), Body=stored)
    assert "EntriesOfUsual" not in emit(capfd, EVENT)["schedule"]
    assert "EntriesOfUsual" in emit(capfd, on_day(1))["schedule"]


def test_history_keeps_the_last_runs(deployed: Aws, capfd: Capture) -> None:
    for number in range(10):
        emit(capfd, on_day(number))
    stored = deployed.read(history_key("daily"))
    assert stored.count(b"run_id") == 8
    assert b"20260301" not in stored
