"""Runs that must stop, and are started again until they are complete."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.server import FakeSpotify
from fake_spotify.worlds.bulk import bulk_world
from spotify_pipeline.extract import planner
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.spotify.rate_limiter import MARGIN_SECONDS
from tests.conftest import CONTEXT, Context
from tests.scheduler import entries, take
from tests.unit.extract.test_run import EVENT, part_name, received

DAY_LONG = 86_400
ITEMS = r"/v1/playlists/\w+/items"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of about fifty entries, so that a run has several."""
    monkeypatch.setattr(planner, "PART_ENTRIES", 50)


def at(entry: dict[str, Any]) -> datetime:
    expression = entry["ScheduleExpression"]
    return datetime.strptime(expression, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)


@pytest.fixture
def limited(server: Any) -> Any:
    """Makes the tenth request for entries meet this fault, once."""

    def limit(kind: Kind, retry_after: str | None = str(DAY_LONG)) -> None:
        server.fake.faults.add(Fault(kind, ITEMS, after=9, retry_after=retry_after))

    return limit


@pytest.mark.parametrize(("after", "pause"), [(str(DAY_LONG), DAY_LONG), (None, 60)])
def test_a_long_rate_limit_ends_the_run_which_starts_again_by_itself(
    deployed: Any, limited: Any, after: str | None, pause: int
) -> None:
    limited(Kind.RATE_LIMIT, after)
    partial = handler(EVENT, CONTEXT)
    assert (partial["status"], partial["reason"]) == ("partial", "429 rate limited")
    assert partial["parts"] > 0
    [entry] = entries()
    due = datetime.now(UTC) + timedelta(seconds=pause)
    assert abs(at(entry) - due) < timedelta(seconds=20)
    assert datetime.fromisoformat(partial["resume_at"]) == at(entry)
    assert entry["ActionAfterCompletion"] == "DELETE"
    assert entry["Target"]["Arn"] == Context.invoked_function_arn
    rest = handler(take(entry), CONTEXT)
    assert (rest["status"], rest["attempt"], rest["run_id"]) == ("complete", 2, partial["run_id"])
    assert sum(received(deployed).values()) == rest["entries"] > partial["entries"]
    assert entries() == []


def test_a_used_up_quota_stops_the_run_and_nothing_starts_it_again(
    deployed: Any, limited: Any
) -> None:
    limited(Kind.QUOTA)
    partial = handler(EVENT, CONTEXT)
    assert (partial["status"], partial["resume_at"]) == ("partial", None)
    assert "QUOTA_EXCEEDED" in partial["reason"]
    assert entries() == []


def test_a_run_is_started_again_only_so_often(
    deployed: Any, limited: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESUMES", "1")
    limited(Kind.RATE_LIMIT)
    partial = handler({**EVENT, "attempt": 2}, CONTEXT)
    assert (partial["status"], partial["resume_at"]) == ("partial", None)
    assert partial["reason"] == "429 rate limited; not started again after attempt 2"
    assert entries() == []


def test_two_attempts_at_once_leave_one_entry(deployed: Any) -> None:
    ending: Any = Context(seconds=59)
    for _ in range(2):
        assert handler(EVENT, ending)["status"] == "partial"
    names = [entry["Name"] for entry in entries()]
    assert len(names) == len(set(names))


class Dwindling(Context):
    """An invocation whose time is over after so many requests."""

    def __init__(self, fake: FakeSpotify, requests: int) -> None:
        self._stand_in = fake
        self._last = fake.requests + requests

    def get_remaining_time_in_millis(self) -> float:
        return 1000 * (MARGIN_SECONDS + self._last - self._stand_in.requests - 1)


def run_in_pieces(fake: FakeSpotify, event: dict[str, Any], requests: int) -> list[Any]:
    """The summaries of as many attempts as it takes, each with so many requests."""
    summaries: list[Any] = []
    events = [event]
    while events:
        context: Any = Dwindling(fake, requests)
        summaries.append(handler(events.pop(), context))
        events += map(take, entries())
    return summaries


def test_a_run_that_is_longer_than_an_invocation_is_done_in_several(
    deployed: Any, server: Any
) -> None:
    whole = handler(EVENT, CONTEXT)
    expected = received(deployed)
    deployed.empty()
    summaries = run_in_pieces(server.fake, EVENT, requests=6)
    assert [one["status"] for one in summaries[:-1]] == ["partial"] * (len(summaries) - 1)
    assert len(summaries) > 2
    assert summaries[-1]["status"] == "complete"
    assert received(deployed) == expected
    assert summaries[-1]["entries"] == whole["entries"]
    # What one attempt has read no other reads again.
    assert sum(one["api_calls"] for one in summaries) == whole["api_calls"]
    names = [name for name in map(part_name, deployed.raw_keys()) if name.isdecimal()]
    assert names == [f"{n:04}" for n in range(whole["parts"])]


@pytest.mark.parametrize(
    ("playlists", "entries_each", "requests", "attempts"),
    [(1, 10_000, 60, 4), (5000, 1, 1500, 4)],
    ids=["10,000 entries", "5,000 playlists"],
)
def test_large_ones_end_over_however_many_invocations_they_need(
    deployed: Any,
    server: Any,
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
    assert sum(received(deployed).values()) == playlists * entries_each
    walked = summaries[-1]["playlists_walked"], summaries[-1]["entries"]
    assert walked == (playlists, playlists * entries_each)


def test_what_was_stored_before_the_end_is_remembered(deployed: Any, limited: Any) -> None:
    limited(Kind.RATE_LIMIT)
    partial = handler(EVENT, CONTEXT)
    memory = json.loads(deployed.read("state/daily.json"))
    assert len(memory["playlists"]) == partial["playlists_walked"] > 0
