"""The messages of the queue of failed runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from operations.dead_letters import shortened
from spotify_pipeline.extract.event import RunRequest

_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


@dataclass(frozen=True)
class FailedRun:
    """A run that failed, or that was never started, and the event that starts it again.

    `event` is None, and `name` the beginning of the text, if that is not a valid event.
    """

    name: str
    reason: str
    event: dict[str, Any] | None = None


class _Context(msgspec.Struct):
    condition: str = ""


class _Record(msgspec.Struct, rename="camel"):
    """Lambda's record of an asynchronous invocation that failed.

    AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
    """

    request_payload: dict[str, Any]
    request_context: _Context = msgspec.field(default_factory=_Context)
    response_payload: Any = None

    @property
    def reason(self) -> str:
        error = self.response_payload if isinstance(self.response_payload, dict) else {}
        parts = (error.get("errorType"), error.get("errorMessage"), self.request_context.condition)
        return ": ".join(str(part) for part in parts if part)


def read_failed_run(message: Mapping[str, Any]) -> FailedRun:
    """Read an SQS message: Lambda's record, or an event that Scheduler could not deliver."""
    body, attributes = message["Body"], _attributes(message)
    try:
        if "SCHEDULE_ARN" in attributes:
            event, reason = _undelivered(body, attributes)
        else:
            record = msgspec.json.decode(body, type=_Record)
            event, reason = record.request_payload, record.reason
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        return FailedRun(shortened(body), f"The message holds no event: {error}")
    # A run without a time of its own is a new run, at the time of its start.
    timed = {"time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **event}
    try:
        return FailedRun(RunRequest.from_event(timed, datetime.now(UTC)).run_id, reason, timed)
    except (ValueError, OverflowError) as error:
        return FailedRun(shortened(json.dumps(event)), str(error))


def _undelivered(body: str, attributes: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """The event and Scheduler's error.

    Attributes as in the EventBridge Scheduler User Guide, "Configuring a schedule's dead-letter
    queue". The body is the event, or the request to Lambda that holds it as `Payload`.
    """
    event = msgspec.json.decode(body, type=dict[str, Any])
    payload = event.get("Payload", event)
    if isinstance(payload, str):
        payload = msgspec.json.decode(payload)
    event = msgspec.convert(payload, dict[str, Any])
    if event.get("time") == _SCHEDULED_TIME:
        event["time"] = attributes.get("SCHEDULED_TIME")
    parts = (attributes.get("ERROR_CODE"), attributes.get("ERROR_MESSAGE"))
    return event, ": ".join(part for part in ("not started", *parts) if part)


def _attributes(message: Mapping[str, Any]) -> dict[str, str]:
    attributes = message.get("MessageAttributes", {})
    return {name: value.get("StringValue", "") for name, value in attributes.items()}
