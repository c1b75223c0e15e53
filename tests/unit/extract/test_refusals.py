"""Refused playlists are requested again after 1, 2, 4, … days, or at once if something changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import ME, World
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.state.schedule_state import StoredRefusal
from tests.conftest import CONTEXT, Aws, Server
from tests.unit.extract.runs import raw_records

EDITORIAL = "37i9dQZF1DXcBWIGoYBM5M"
_WORLD = synthetic_world()
THEIRS = next(one.id for one in _WORLD.library(_WORLD.days[0]) if one.owner != ME)
DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)


def run(days: int, hours: int = 0, **more: Any) -> dict[str, Any]:
    time = DAY + timedelta(days=days, hours=hours)
    sources = {"playlists": [THEIRS]}
    event = {"time": time.isoformat(), "schedule": "daily", "sources": sources, **more}
    return handler(event, CONTEXT)


def reasons(aws: Aws) -> list[str]:
    return [
        record["context"]["reason"]
        for _, record in raw_records(aws)
        if record["kind"] == "playlist"
    ]


def test_the_pauses_between_requests_double(deployed: Aws, server: Server) -> None:
    requested = [day for day in range(16) if run(day)["api_calls"]]
    assert requested == [0, 1, 3, 7, 15]
    assert reasons(deployed)[6].endswith("; refused since 2026-03-01, last requested on 2026-03-04")
    assert reasons(deployed)[6].startswith("its contents are withheld: ")


def test_a_missing_playlist_is_requested_by_every_run(deployed: Aws, server: Server) -> None:
    sources = {"playlists": [EDITORIAL]}
    assert [run(day, sources=sources)["api_calls"] for day in range(4)] == [1] * 4


@pytest.mark.parametrize(("longest", "due"), [(30, 8), (4, 4)])
def test_the_pause_is_at_most_the_full_refresh(longest: int, due: int) -> None:
    refusal = StoredRefusal("forbidden", "403", DAY, DAY + timedelta(days=7))
    now = refusal.requested_at + timedelta(days=due)
    assert refusal.is_due(now, longest)
    assert refusal.is_due(now - timedelta(minutes=30), longest)
    assert not refusal.is_due(now - timedelta(hours=2), longest)


def test_a_full_run_requests_a_refused_playlist_at_once(deployed: Aws, server: Server) -> None:
    assert run(0)["api_calls"] == 1
    assert run(0, hours=1)["api_calls"] == 0
    assert run(0, hours=2, refresh="full")["api_calls"] == 1


def test_a_refused_playlist_that_becomes_readable_is_walked(
    deployed: Aws, server: Server, world: World
) -> None:
    playlist = world.library(server.fake.day)[0]
    sources = {"playlists": [playlist.id]}
    server.fake.faults.add(Fault(Kind.ERROR_STRING, f"/v1/playlists/{playlist.id}", status=451))
    assert run(0, sources=sources)["playlists_refused"] == 1
    assert run(1, sources=sources)["playlists_walked"] == 1
    assert b'"refusals":{}' in deployed.read("state/daily.json")


def test_a_listed_playlist_is_requested_at_once_if_its_snapshot_changed(
    deployed: Aws, server: Server, world: World
) -> None:
    playlist = world.library(server.fake.day)[0]
    fault = Fault(Kind.ERROR_STRING, f"/v1/playlists/{playlist.id}", status=451)
    server.fake.faults.add(fault)
    sources = {"my_playlists": True}
    run(0, sources=sources)
    assert run(0, hours=1, sources=sources)["playlists_walked"] == 0
    server.fake.move(playlist.id)
    assert run(0, hours=2, sources=sources)["playlists_walked"] == 1


def test_refusals_survive_the_loss_of_the_state(deployed: Aws, server: Server) -> None:
    run(0)
    known = deployed.read("state/daily.json")
    deployed.s3.put_object(Bucket=deployed.bucket, Key="state/daily.json", Body=b"{")
    assert run(0, hours=1)["api_calls"] == 0
    assert deployed.read("state/daily.json") == known
