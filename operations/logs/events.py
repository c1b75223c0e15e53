"""Reads a function's log from CloudWatch Logs, and formats its lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_EVERY_LINE = {
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "stack_trace",
    "cold_start",
    "function_arn",
    "function_memory_size",
    "function_name",
    "function_request_id",
    "xray_trace_id",
}
"""Fields that are in each line of the functions' logger, or are shown apart."""

_METRICS = "_aws"
"""A line with this field holds metrics in the embedded metric format."""


@dataclass(frozen=True)
class Line:
    """A line of a log. `text` is a message with its fields, or the line itself if it is no JSON."""

    at: datetime
    text: str


def log_group(functions: Any, name: str) -> str:
    """The log group of a function, which the stack creates under a name of CloudFormation's."""
    found = functions.get_function_configuration(FunctionName=name)
    group: str = found["LoggingConfig"]["LogGroup"]
    return group


def read_log(logs: Any, group: str, since: datetime, pattern: str) -> Iterator[Line]:
    """Yield the lines since then that match the pattern, the oldest first, without metrics.

    `pattern` is one of CloudWatch Logs (user guide, "Filter pattern syntax"); empty matches all.
    """
    arguments: dict[str, Any] = {"logGroupName": group, "startTime": _milliseconds(since)}
    if pattern:
        arguments["filterPattern"] = pattern
    for page in logs.get_paginator("filter_log_events").paginate(**arguments):
        for event in page["events"]:
            text = _text(event["message"].rstrip())
            if text:
                yield Line(datetime.fromtimestamp(event["timestamp"] / 1000, UTC), text)


def _text(message: str) -> str:
    """The line for a reader; empty for metrics."""
    try:
        fields = json.loads(message)
    except ValueError:
        return message
    if not isinstance(fields, dict) or "message" not in fields:
        return "" if _METRICS in message else message
    if "exception" in fields:
        # The last line of a traceback is the error itself.
        fields["exception"] = str(fields["exception"]).rstrip().rpartition("\n")[2]
    others = [f"{name}={_value(fields[name])}" for name in fields if name not in _EVERY_LINE]
    return " ".join([str(fields.get("level", "")), _value(fields["message"]), *others]).strip()


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
