"""make redrive starts failed runs again, with their own events."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from commands import operations as commands
from operations.deployment import NotDeployedError
from spotify_pipeline.extract.event import RunRequest
from tests.unit.operations.conftest import WorkingDeployment
from tests.unit.operations.failed_runs.messages import (
    ERROR,
    EVENT,
    TEMPLATE,
    failed,
    undelivered,
)

RUN_ID = "20260301T060000Z-daily-"
REFUSAL = ClientError({"Error": {"Code": "TooManyRequests", "Message": "slower"}}, "Invoke")

Message = dict[str, Any]
Send = Callable[..., None]
Redrive = Callable[[], Result]


@pytest.fixture
def send(deployment: WorkingDeployment) -> Send:
    """Send messages to the queue of failed runs."""

    def send_messages(*messages: Message) -> None:
        for message in messages:
            boto3.client("sqs").send_message(
                QueueUrl=deployment.output("FailedRunsQueueUrl"), **message
            )

    return send_messages


@pytest.fixture
def redrive(deployment: WorkingDeployment, monkeypatch: pytest.MonkeyPatch) -> Redrive:
    """Run `make redrive`."""
    monkeypatch.setattr(commands, "_deployment", lambda _: deployment)
    monkeypatch.setattr(commands.console, "width", 132)
    monkeypatch.setenv("ENV", "local")
    return lambda: CliRunner().invoke(commands.app, ["redrive"])


def waiting(deployment: WorkingDeployment) -> list[str]:
    """Bodies of the messages that a consumer would receive now."""
    received = boto3.client("sqs").receive_message(
        QueueUrl=deployment.output("FailedRunsQueueUrl"), MaxNumberOfMessages=10
    )
    return [message["Body"] for message in received.get("Messages", [])]


def test_a_failed_run_starts_again_with_the_same_event(
    deployment: WorkingDeployment, send: Send, redrive: Redrive
) -> None:
    event = {**EVENT, "attempt": 3}
    send(failed(event))
    done = redrive()
    assert deployment.functions.events == [event]
    assert "✓ Started 1 failed run again:" in done.stdout
    assert f"{RUN_ID}" in done.stdout
    assert "(RuntimeError: Disk full: RetriesExhausted)" in done.stdout
    assert done.exit_code == 0
    assert waiting(deployment) == []
    assert "There are no failed runs" in redrive().stdout


@pytest.mark.parametrize(
    "body",
    [
        EVENT,
        TEMPLATE,
        {"FunctionName": "extract", "InvocationType": "Event", "Payload": json.dumps(TEMPLATE)},
        {"FunctionName": "extract", "Payload": TEMPLATE},
    ],
    ids=["the event", "its template", "a request with text", "a request with an object"],
)
def test_an_undelivered_event_starts_the_scheduled_run(
    deployment: WorkingDeployment, send: Send, redrive: Redrive, body: Message
) -> None:
    send(undelivered(body))
    done = redrive()
    [event] = deployment.functions.events
    assert event == EVENT
    assert "(not started: AccessDeniedException: not authorized)" in done.stdout
    assert waiting(deployment) == []


def test_several_messages_of_one_run_start_it_once(
    deployment: WorkingDeployment, send: Send, redrive: Redrive
) -> None:
    later = {**EVENT, "time": "2026-03-02T06:00:00Z"}
    send(failed(EVENT), failed({**EVENT, "attempt": 2}), undelivered(TEMPLATE), failed(later))
    assert "Started 2 failed runs again" in redrive().stdout
    assert sorted(event["time"] for event in deployment.functions.events) == [
        EVENT["time"],
        later["time"],
    ]
    assert waiting(deployment) == []


def test_a_run_without_a_time_starts_as_the_run_that_is_shown(
    deployment: WorkingDeployment, send: Send, redrive: Redrive
) -> None:
    send(failed({"sources": {"my_playlists": True}}))
    shown = redrive().stdout
    [event] = deployment.functions.events
    assert RunRequest.from_event(event, now=datetime.max).run_id in shown


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (failed({"sources": {"songs": []}}), 'songs": []}} (The extract event is not valid'),
        (failed({**EVENT, "time": "0001-01-01T00:00:00+14:00"}), "0001-01-01T00:00:00+14:00"),
        (failed("text"), "The message holds no event"),
        ({"MessageBody": "no JSON"}, "no JSON (The message holds no event"),
        ({"MessageBody": "[" * 100_000}, "(100,000 characters) (The message holds no event"),
        (undelivered('{"time": "<aws.sch', IS_PAYLOAD_TRUNCATED="true"), "holds no event"),
        (undelivered({"Payload": 7}), "The message holds no event"),
        (undelivered(TEMPLATE, SCHEDULED_TIME="soon"), "The extract event is not valid"),
    ],
)
def test_a_message_without_a_valid_event_stays_and_stops_no_other(
    deployment: WorkingDeployment, send: Send, redrive: Redrive, message: Message, shown: str
) -> None:
    send(message, failed(EVENT))
    done = redrive()
    assert "✗ 1 failed run not started:" in done.stdout
    assert shown in done.stdout
    assert deployment.functions.events == [EVENT]
    assert done.exit_code == 1
    assert waiting(deployment) == [message["MessageBody"]]


def test_a_run_that_lambda_refuses_stays_in_the_queue(
    deployment: WorkingDeployment, send: Send, redrive: Redrive
) -> None:
    deployment.functions.refusal = REFUSAL
    send(failed(EVENT))
    done = redrive()
    assert "✗ 1 failed run not started:" in done.stdout
    assert "slower" in done.stdout
    # The dead letters of raw parts are redriven all the same.
    assert "The dead-letter queue is empty" in done.stdout
    assert done.exit_code == 1
    assert len(waiting(deployment)) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ERROR, "RuntimeError: Disk full: RetriesExhausted"),
        ({"errorMessage": "Task timed out"}, "Task timed out: RetriesExhausted"),
        (None, "RetriesExhausted"),
        ("text", "RetriesExhausted"),
    ],
)
def test_the_reason_of_a_failed_run_is_shown(
    deployment: WorkingDeployment, send: Send, redrive: Redrive, error: Any, reason: str
) -> None:
    send(failed(EVENT, error))
    assert f"({reason})" in redrive().stdout


def test_stacks_of_an_earlier_version_are_named_with_the_remedy(
    deployment: WorkingDeployment, redrive: Redrive
) -> None:
    del deployment.outputs["FailedRunsQueueUrl"]
    error = redrive().exception
    assert isinstance(error, NotDeployedError)
    assert "no output FailedRunsQueueUrl. Deploy this version of them with: cdk" in str(error)
