"""make extract against the real extract function, S3 in memory and the fake Spotify."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import typer

from commands.following import extract_now
from commands.variables import VariableError, known_schedule
from fake_spotify.faults import Fault, Kind
from local.deployment import EmulatedDeployment
from operations.runs import follow as following
from operations.runs.follow import Progress, RunLostError
from operations.terminal import SafeConsole
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.stages import Stages
from stacks.configuration import load
from tests.conftest import CONTEXT, Aws, Server


@dataclass
class Lambda:
    """A Lambda client: events wait in a queue until `deliver` invokes the function."""

    events: list[dict[str, Any]] = field(default_factory=list)
    delivered: list[dict[str, Any]] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803 - as AWS
        assert FunctionName == "extract"
        self.types.append(InvocationType)
        self.events.append(json.loads(Payload))

    def deliver(self, _: float = 0) -> None:
        """Invoke the function once; a failed event comes back, up to twice, as AWS retries it."""
        assert self.events, "the run is followed beyond its last event"
        event = self.events.pop(0)
        self.delivered.append(event)
        try:
            handler(event, CONTEXT)
        except Exception:
            self.retry(event)

    def retry(self, event: dict[str, Any]) -> None:
        if self.types.count("retry") < 2:
            self.types.append("retry")
            self.events.append(event)


class Deployment(EmulatedDeployment):
    """Its Lambda client is given."""

    functions = Lambda()

    def client(self, service: str) -> Any:
        return self.functions if service == "lambda" else super().client(service)


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    functions = Lambda()
    monkeypatch.setattr(Deployment, "functions", functions)
    return functions


@pytest.fixture
def deployment(deployed: Aws) -> Deployment:
    outputs = {"BucketName": deployed.bucket, "ExtractFunctionName": "extract"}
    return Deployment(outputs, load("local", {}))


@pytest.fixture
def paper() -> SafeConsole:
    return SafeConsole(file=io.StringIO(), record=True, width=200)


def test_a_run_is_started_once_and_followed_to_its_end(
    deployment: Deployment, functions: Lambda, deployed: Aws, paper: SafeConsole
) -> None:
    assert extract_now(deployment, "daily", paper, functions.deliver)
    assert functions.types == ["Event"]
    shown = paper.export_text()
    assert "Attempt 1: complete, 11 playlists walked, 2 refused" in shown
    assert "✓ complete, 1 raw part(s) stored" in shown
    [run] = {key.split("/")[2] for key in deployed.raw_keys()}
    assert f"Run {run} of the schedule daily" in shown
    [event] = functions.delivered
    assert RunRequest.from_event(event, datetime(2000, 1, 1, tzinfo=UTC)).run_id == run


def test_lambdas_retries_belong_to_the_same_run(
    deployment: Deployment,
    functions: Lambda,
    deployed: Aws,
    server: Server,
    paper: SafeConsole,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A time-out repeats the event after the run has begun."""
    monkeypatch.setattr("spotify_pipeline.extract.stages.Stages.run", fails_once())
    assert extract_now(deployment, "daily", paper, functions.deliver)
    assert "Attempt 1: failed" in paper.export_text(clear=False)
    assert "Attempt 2: complete" in paper.export_text()
    assert functions.types == ["Event", "retry"]
    assert len({key.split("/")[2] for key in deployed.raw_keys()}) == 1


def fails_once() -> Callable[..., None]:
    run, calls = Stages.run, iter(range(9))

    def fail(self: Stages, spotify: Any) -> None:
        if next(calls) == 0:
            raise ZeroDivisionError
        run(self, spotify)

    return fail


def test_a_run_that_fails_three_times_is_not_complete(
    deployment: Deployment,
    functions: Lambda,
    paper: SafeConsole,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("broken")

    monkeypatch.setattr("spotify_pipeline.extract.stages.Stages.run", fail)
    assert not extract_now(deployment, "daily", paper, functions.deliver)
    assert "Attempt 3: failed" in paper.export_text(clear=False)
    assert "ZeroDivisionError: broken" in paper.export_text(clear=False)
    assert "✗ failed" in paper.export_text()


def test_a_refused_run_ends_with_its_reason(
    deployment: Deployment, functions: Lambda, deployed: Aws, paper: SafeConsole
) -> None:
    deployed.fill_secret(client_id="", client_secret="")
    assert not extract_now(deployment, "daily", paper, functions.deliver)
    assert "Attempt 1: unconfigured" in paper.export_text(clear=False)
    assert "make secret ENV=" in paper.export_text()


def test_a_pause_is_shown_and_the_resumed_run_followed(
    deployment: Deployment, functions: Lambda, server: Server, paper: SafeConsole
) -> None:
    server.fake.faults.add(Fault(Kind.RATE_LIMIT, "/v1/.*", after=5, retry_after="7200"))
    shown: list[str] = []

    def resume(_: float) -> None:
        """The pause is over: Scheduler sends the event with the next attempt."""
        shown.append(paper.export_text(clear=False))
        if "resumes at" in shown[-1]:
            functions.events.append({**functions.delivered[-1], "attempt": 2})
        functions.deliver()

    assert extract_now(deployment, "daily", paper, resume)
    text = paper.export_text()
    assert "Attempt 1: partial" in text
    assert "; resumes at 20" in text
    assert "Attempt 2: complete" in text


def test_ctrl_c_stops_following_and_not_the_run(
    deployment: Deployment,
    functions: Lambda,
    deployed: Aws,
    paper: SafeConsole,
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as stopped:
        extract_now(deployment, "daily", paper, interrupt)
    assert stopped.value.exit_code == 130
    assert "Stopped following. The run " in paper.export_text()
    functions.deliver()
    assert any("/run-1." in key for key in deployed.raw_keys())


def test_a_run_without_a_sign_of_life_names_the_log(
    deployment: Deployment, functions: Lambda, paper: SafeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Quick(datetime):
        """Each look at this clock takes five minutes."""

        looks = 0

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            cls.looks += 1
            return datetime.now(tz) + timedelta(minutes=5 * cls.looks)

    monkeypatch.setattr(following, "datetime", Quick)
    with pytest.raises(RunLostError, match="nothing for 20 minutes: see the log of extract"):
        extract_now(deployment, "daily", paper, lambda _: None)


def test_a_run_without_records_has_not_ended() -> None:
    assert not Progress().has_ended


@pytest.mark.parametrize("name", ["", "daily"])
def test_the_only_schedule_needs_no_name(name: str) -> None:
    assert known_schedule(name, load("local", {})) == "daily"


def test_an_unknown_schedule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        VariableError, match=r"SCHEDULE=weekly is no schedule of config/local\.toml"
    ):
        known_schedule("weekly", load("local", {}))
