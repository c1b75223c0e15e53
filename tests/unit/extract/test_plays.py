"""Runs that read the recently played tracks, on a simulated clock."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.worlds.bulk import Group, library_world
from fake_spotify.worlds.listening import Listening
from spotify_pipeline.extract.handler import handler
from tests.conftest import CONTEXT, Aws, Server
from tests.unit.extract.edits import Body, edit_responses
from tests.unit.extract.outside import FAILURES, Outside, deliver
from tests.unit.extract.runs import part_names, raw_records
from tests.unit.extract.simulation import DAY, START, Simulation, events

HOUR = timedelta(hours=1)
NIGHT = START.replace(hour=0) + DAY
"""Nobody listens from midnight to six."""


@pytest.fixture
def simulation(server: Server, deployed: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    return Simulation(server.fake, 700, monkeypatch)


def hourly(*times: datetime) -> list[dict[str, Any]]:
    return events("plays", list(times), recently_played=True)


def pages(aws: Aws) -> list[dict[str, Any]]:
    return [record for _, record in raw_records(aws) if record["kind"] == "recently_played"]


def test_a_page_without_news_is_not_stored(simulation: Simulation, deployed: Aws) -> None:
    times = [NIGHT + hour * HOUR for hour in range(3)]
    summaries = simulation.run(hourly(*times), until=NIGHT + DAY)
    assert [one["status"] for one in summaries] == ["complete"] * 3
    assert [one["api_calls"] for one in summaries] == [1, 1, 1]
    assert [one["parts"] for one in summaries] == [1, 0, 0]
    [page] = pages(deployed)
    assert page["request"] == {"path": "me/player/recently-played", "params": {"limit": 50}}
    assert len(page["body"]["items"]) == 50
    assert page["context"] == {}
    assert len(deployed.raw_keys()) == 4


def test_enrichment_is_left_to_other_schedules(
    simulation: Simulation, deployed: Aws, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENRICHMENT_REQUESTS", "100")
    simulation.run(hourly(NIGHT), until=NIGHT + DAY)
    assert server.fake.requests == 1
    assert not [key for key in deployed.keys("state/") if "enrichment" in key]


def test_an_outage_of_a_day_is_a_gap_even_if_the_state_was_lost(
    simulation: Simulation, deployed: Aws, server: Server
) -> None:
    listening = Listening(server.fake.world)
    before, after = NIGHT, NIGHT + DAY
    simulation.run(hourly(before), until=before + HOUR)
    deployed.s3.delete_object(Bucket=deployed.bucket, Key="state/plays.json")
    simulation.run(hourly(after), until=after + HOUR)
    gap = pages(deployed)[1]["context"]["gap"]
    assert datetime.fromisoformat(gap["from"]) == listening.recent(before)[0].played_at
    assert datetime.fromisoformat(gap["to"]) == listening.recent(after)[-1].played_at
    assert gap["estimated"] > 0


@pytest.mark.parametrize("failure", FAILURES)
def test_a_run_that_fails_at_any_call_stores_its_page_once(
    deployed: Aws, server: Server, failure: str
) -> None:
    server.fake.clock = NIGHT.timestamp
    [event] = hourly(NIGHT)
    undisturbed = Outside()
    deliver(undisturbed, event)
    for call in range(1, undisturbed.calls + 1, 3):
        deployed.empty()
        deliver(Outside(call, failure), event)
        assert part_names(deployed) == ["0000"]
        assert len(pages(deployed)[0]["body"]["items"]) == 50


def test_an_app_without_a_user_has_no_plays(deployed: Aws) -> None:
    deployed.fill_secret(**{**deployed.secret(), "refresh_token": ""})
    summary = handler(hourly(NIGHT)[0], CONTEXT)
    assert summary["status"] == "unconfigured"
    assert "recently_played needs a user" in summary["reason"]


def test_a_refused_request_waits_for_the_next_run(
    deployed: Aws, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.fake.faults.add(Fault(Kind.ERROR_STRING, path="/v1/.*"))
    summary = handler(hourly(NIGHT)[0], CONTEXT)
    assert (summary["status"], summary["resume_at"]) == ("partial", None)
    assert "recently played tracks were refused: 400 Bad request" in summary["reason"]


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": 7}])
def test_a_response_without_plays_is_requested_again(
    deployed: Aws, monkeypatch: pytest.MonkeyPatch, body: Body
) -> None:
    edit_responses(monkeypatch, lambda _, __: body)
    summary = handler(hourly(NIGHT)[0], CONTEXT)
    assert summary["status"] == "partial"
    assert summary["resume_at"]
    assert "unexpected response for plays" in summary["reason"]


def test_no_play_at_all_is_a_healthy_run(
    deployed: Aws, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_responses(monkeypatch, lambda _, body: body | {"items": [], "cursors": None})
    summaries = simulation.run(hourly(NIGHT, NIGHT + HOUR), until=NIGHT + DAY)
    assert [(one["status"], one["parts"]) for one in summaries] == [
        ("complete", 1),
        ("complete", 0),
    ]


def test_plays_have_their_calls_while_a_large_run_uses_up_all_others(
    simulation: Simulation, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = library_world(Group(300, 2))
    server.fake.world, server.fake.day = world, world.days[0]
    monkeypatch.setenv("DAILY_CALLS", "100")
    # A call leaves the window a minute late, so that 25 are in it.
    monkeypatch.setenv("RESERVED_CALLS", '{"plays": 25}')
    large = events("daily", [START], my_playlists=True)
    plays = hourly(*(START + hour * HOUR for hour in range(1, 30)))
    summaries = simulation.run(large + plays, until=START + 30 * HOUR)
    assert {one["status"] for one in summaries if one["schedule"] == "plays"} == {"complete"}
    assert {one["attempt"] for one in summaries if one["schedule"] == "plays"} == {1}
    assert next(one["status"] for one in summaries if one["schedule"] == "daily") == "partial"
    assert simulation.quota.most_in_a_day <= 100
