"""Runs that must stop, and are started again until they are complete."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.spotify.faults import Fault, Kind
from spotify_pipeline.extract import plan
from spotify_pipeline.extract.handler import handler
from tests.conftest import CONTEXT, Context
from tests.scheduler import entries, take
from tests.unit.extract.test_run import EVENT, part_name, received

DAY_LONG = 86_400
ITEMS = r"/v1/playlists/\w+/items"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of about fifty entries, so that a run has several."""
    monkeypatch.setattr(plan, "PART_ENTRIES", 50)


def at(entry: dict[str, Any]) -> datetime:
    expression = entry["ScheduleExpression"]
    return datetime.strptime(expression, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)


@pytest.fixture
def limited(server: Any) -> Any:
    """Makes the tenth request for entries meet this fault, once."""

    def limit(kind: Kind, retry_after: str | None = str(DAY_LONG)) -> None:
        server.stand_in.faults.add(Fault(kind, ITEMS, after=9, retry_after=retry_after))

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


def test_a_run_that_is_longer_than_an_invocation_is_done_in_several(
    deployed: Any, server: Any
) -> None:
    """Each invocation has time for about half a dozen requests."""
    whole = handler({**EVENT, "schedule": "whole"}, CONTEXT)
    expected = received(deployed)
    deployed.empty()
    event: dict[str, Any] = {**EVENT, "schedule": "whole"}
    summaries: list[dict[str, Any]] = []
    while not summaries or summaries[-1]["status"] == "partial":
        began = server.stand_in.requests

        class Dwindling(Context):
            def get_remaining_time_in_millis(self, began: int = began) -> float:
                spent: int = server.stand_in.requests - began
                return 1000 * (66 - spent)

        context: Any = Dwindling()
        summaries.append(handler(event, context))
        if summaries[-1]["status"] == "partial":
            [entry] = entries()
            event = take(entry)
    assert 2 < len(summaries) < 10
    assert summaries[-1]["status"] == "complete"
    assert received(deployed) == expected
    assert summaries[-1]["entries"] == whole["entries"]
    names = [name for name in map(part_name, deployed.raw_keys()) if name.isdecimal()]
    assert names == [f"{n:04}" for n in range(whole["parts"])]


def test_what_was_stored_before_the_end_is_remembered(deployed: Any, limited: Any) -> None:
    limited(Kind.RATE_LIMIT)
    partial = handler(EVENT, CONTEXT)
    memory = json.loads(deployed.read("state/daily.json"))
    assert len(memory["playlists"]) == partial["playlists_walked"] > 0
