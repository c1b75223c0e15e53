"""Runs with enrichment, and what it fetched."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import pytest

from fake_spotify.faults import Fault
from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.world import World
from spotify_pipeline.extract.handler import handler
from tests.conftest import CONTEXT, Aws, set_environment
from tests.unit.extract.runs import raw_records

Run = Callable[..., dict[str, Any]]
Running = Callable[..., AbstractContextManager[Run]]


@pytest.fixture
def running(aws: Aws, world: World, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Starts a fake under a regime with a budget of requests; yields a function to run a day."""

    @contextmanager
    def under(regime: Regime, requests: int, *faults: Fault) -> Iterator[Run]:
        fake = FakeSpotify(world, regime)
        for fault in faults:
            fake.faults.add(fault)

        def run(day: date, showing: date | None = None, **event: object) -> dict[str, Any]:
            fake.day = showing or day
            time, sources = f"{day}T06:00:00Z", {"my_playlists": True}
            return handler(
                {"time": time, "schedule": "daily", "sources": sources, **event}, CONTEXT
            )

        with serving(fake) as url:
            set_environment(aws, url, monkeypatch)
            monkeypatch.setenv("ENRICHMENT_REQUESTS", str(requests))
            yield run

    return under


def fetched(aws: Aws, kind: str, run_id: str = "") -> list[list[str]]:
    """The ids of each enrichment request of a kind, of all runs or of one."""
    return [
        line["context"]["ids"]
        for _, line in raw_records(aws)
        if line["kind"] == kind and line["run_id"].startswith(run_id)
    ]
