"""make logs: lines as a reader needs them."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from operations.logs.events import read_log
from tests.conftest import Aws

GROUP = "extract"
ENDED = {
    "level": "INFO",
    "location": "log_summary:33",
    "message": "run ended",
    "service": "extract",
    "run_id": "r1",
    "api_calls": 14,
}
FAILED = {
    "level": "ERROR",
    "message": "part not transformed",
    "exception": "Traceback …\n  File …\nEOFError: no end",
    "stack_trace": {"frames": []},
}


def shown(*messages: str) -> list[str]:
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
    # CloudWatch Logs refuses events that are older than 14 days.
    now = datetime.now(UTC)
    at = int(now.timestamp() * 1000)
    events = [{"timestamp": at + i, "message": text} for i, text in enumerate(messages)]
    logs.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=events)
    return [line.text for line in read_log(logs, GROUP, now, "")]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (json.dumps(ENDED), "INFO run ended run_id=r1 api_calls=14"),
        (json.dumps(FAILED), "ERROR part not transformed exception=EOFError: no end"),
        ("REPORT RequestId: 1 Duration: 7 ms\n", "REPORT RequestId: 1 Duration: 7 ms"),
        ('["a list"]', '["a list"]'),
    ],
)
def test_a_line_has_its_message_and_own_fields(aws: Aws, message: str, text: str) -> None:
    assert shown(message) == [text]


def test_metrics_are_left_out(aws: Aws) -> None:
    assert shown(json.dumps({"_aws": {"Timestamp": 1}, "ApiCalls": 14}), "START") == ["START"]
