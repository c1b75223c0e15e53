"""Recently played tracks: hourly runs on a simulated clock, against the fake's own truth."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from fake_spotify.worlds.listening import Play
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.keys import Part
from tests.conftest import CONTEXT, Aws, Server
from tests.unit.extract.runs import part_name, raw_records
from tests.unit.extract.simulation import DAY, START, Simulation, events

HOUR = timedelta(hours=1)
PATH = "/v1/me/player/recently-played"


@pytest.fixture
def simulation(server: Server, deployed: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    monkeypatch.setenv("DAILY_CALLS", "700")
    return Simulation(server.fake, 700, monkeypatch)


def hourly(hours: int, first: datetime = START, schedule: str = "plays") -> list[dict[str, Any]]:
    return events(schedule, [first + n * HOUR for n in range(hours)], recently_played=True)


def pages(aws: Aws) -> list[dict[str, Any]]:
    return [record for _, record in raw_records(aws) if record["kind"] == "recently_played"]


def test_try(simulation: Simulation, server: Server, deployed: Aws) -> None:
    import time

    s = time.time()
    out = simulation.run(hourly(48), until=START + 100 * DAY)
    print(
        time.time() - s,
        Counter(o["status"] for o in out),
        out[0],
        server.fake.requests,
        len(pages(deployed)),
    )
    assert 0
