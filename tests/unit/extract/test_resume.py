"""Interrupted runs, and their resumes until they are complete."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.server import FakeSpotify
from fake_spotify.worlds.bulk import bulk_world
from spotify_pipeline.extract import planner
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.spotify.rate_limiter import MARGIN_SECONDS
from tests.conftest import CONTEXT, Aws, Context, Server
from tests.scheduler import due_at, entries, take
from tests.unit.extract.runs import EVENT, entries_by_playlist, part_names

Limit = Callable[..., None]

DAY_LONG = 86_400
ITEMS = r"/v1/playlists/\w+(/items)?"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of about fifty entries, so that a run has several."""
    monkeypatch.setattr(planner, "PART_ENTRIES", 50)


@pytest.fixture
def limited(server: Server) -> Limit:
    """Adds a fault to the tenth request for entries, once."""

    def limit(kind: Kind, retry_after: str = str(DAY_LONG)) -> None:
        server.fake.faults.add(Fault(kind, ITEMS, after=9, retry_after=retry_after))

    return limit


@pytest.mark.parametrize(("after", "pause"), [(str(DAY_LONG), DAY_LONG), ("3600.5", 3601)])
def test_a_long_rate_limit_schedules_a_resume(
    deployed: Aws, limited: Limit, after: str, pause: int
) -> None:
    limited(Kind.RATE_LIMIT, after)
    partial = handler(EVENT, CONTEXT)
    assert (partial["status"], partial["reason"]) == ("partial", "429 rate limited")
    assert partial["parts"] > 0
    [entry] = entries()
    due = datetime.now(UTC) + timedelta(seconds=pause)
    assert abs(due_at(entry) - due) < timedelta(seconds=20)
    assert datetime.fromisoformat(partial["resume_at"]) == due_at(entry)
    assert entry["ActionAfterCompletion"] == "DELETE"
    assert entry["Target"]["Arn"] == CONTEXT.invoked_function_arn
    rest = handler(take(entry), CONTEXT)
    assert (rest["status"], rest["attempt"], rest["run_id"]) == ("complete", 2, partial["run_id"])
    assert sum(entries_by_playlist(deployed).values()) == rest["entries"] > partial["entries"]
    assert entries() == []


def test_an_exhausted_quota_schedules_no_resume(deployed: Aws, limited: Limit) -> None:
    limited(Kind.QUOTA)
    partial = handler(EVENT, CONTEXT)
    assert (partial["status"], partial["resume_at"]) == ("partial", None)
    assert "QUOTA_EXCEEDED" in partial["reason"]
    assert entries() == []


def test_a_run_resumes_a_limited_number_of_times(
    deployed: Aws, limited: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESUMES", "1")
    limited(Kind.RATE_LIMIT)
    partial = handler({**EVENT, "attempt": 2}, CONTEXT)
    assert (partial["status"], partial["resume_at"]) == ("partial", None)
    assert partial["reason"] == "429 rate limited; not started again after attempt 2"
    assert entries() == []


def test_concurrent_attempts_schedule_one_resume(deployed: Aws) -> None:
    ending = Context(seconds=59)
    for _ in range(2):
        assert handler(EVENT, ending)["status"] == "partial"
    names = [entry["Name"] for entry in entries()]
    assert len(names) == len(set(names))


class Dwindling(Context):
    """An invocation that ends after this many requests."""

    def __init__(self, fake: FakeSpotify, requests: int) -> None:
        self._fake = fake
        self._last = fake.requests + requests

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return 1000 * (MARGIN_SECONDS + self._last - self._fake.requests - 1)


def run_in_pieces(fake: FakeSpotify, event: dict[str, Any], requests: int) -> list[dict[str, Any]]:
    """Run attempts of this many requests until the run ends; return their summaries."""
    summaries: list[dict[str, Any]] = []
    events = [event]
    while events:
        summaries.append(handler(events.pop(), Dwindling(fake, requests)))
        events += map(take, entries())
    return summaries


def test_a_run_longer_than_an_invocation_takes_several(deployed: Aws, server: Server) -> None:
    whole = handler(EVENT, CONTEXT)
    expected = entries_by_playlist(deployed)
    deployed.empty()
    summaries = run_in_pieces(server.fake, EVENT, requests=6)
    assert [one["status"] for one in summaries[:-1]] == ["partial"] * (len(summaries) - 1)
    assert len(summaries) > 2
    assert summaries[-1]["status"] == "complete"
    assert entries_by_playlist(deployed) == expected
    assert summaries[-1]["entries"] == whole["entries"]
    # No attempt repeats the requests of another.
    assert sum(one["api_calls"] for one in summaries) == whole["api_calls"]
    names = part_names(deployed)
    assert names == [f"{n:04}" for n in range(whole["parts"])]


@pytest.mark.parametrize(
    ("playlists", "entries_each", "requests", "attempts"),
    [(1, 10_000, 60, 4), (2000, 1, 600, 4)],
    ids=["10,000 entries", "2,000 playlists"],
)
def test_large_runs_complete_over_several_invocations(
    deployed: Aws,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    playlists: int,
    entries_each: int,
    requests: int,
    attempts: int,
) -> None:
    monkeypatch.setattr(planner, "PART_ENTRIES", 20_000)
    server.fake.world = bulk_world(playlists, entries_each)
    event = {"time": EVENT["time"], "sources": {"my_playlists": True}}
    summaries = run_in_pieces(server.fake, event, requests)
    assert summaries[-1]["status"] == "complete"
    assert len(summaries) >= attempts
    assert sum(entries_by_playlist(deployed).values()) == playlists * entries_each
    walked = summaries[-1]["playlists_walked"], summaries[-1]["entries"]
    assert walked == (playlists, playlists * entries_each)


def test_parts_stored_before_an_interruption_are_in_the_state(
    deployed: Aws, limited: Limit
) -> None:
    limited(Kind.RATE_LIMIT)
    partial = handler(EVENT, CONTEXT)
    state = json.loads(deployed.read("state/daily.json"))
    assert len(state["playlists"]) == partial["playlists_walked"] > 0
