"""Entries in EventBridge Scheduler, and their delivery to the extract function."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from spotify_pipeline.extract.handler import handler
from tests.conftest import CONTEXT

Entry = dict[str, Any]


def entries() -> list[Entry]:
    """The entries that are due."""
    scheduler = boto3.client("scheduler")
    listed = scheduler.list_schedules()["Schedules"]
    return [
        dict(scheduler.get_schedule(GroupName=entry["GroupName"], Name=entry["Name"]))
        for entry in listed
    ]


def due_at(entry: Entry) -> datetime:
    expression = entry["ScheduleExpression"]
    return datetime.strptime(expression, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)


def take(entry: Entry) -> dict[str, Any]:
    """Delete an entry; return its event."""
    boto3.client("scheduler").delete_schedule(GroupName=entry["GroupName"], Name=entry["Name"])
    event: dict[str, Any] = json.loads(entry["Target"]["Input"])
    return event


def run_to_its_end(
    event: dict[str, Any],
    context: LambdaContext = CONTEXT,
    before: Callable[[], object] = lambda: None,
) -> list[dict[str, Any]]:
    """Run an event and all resumes that follow from it; return the attempts' summaries.

    `before` is called before each resume.
    """
    summaries = [handler(event, context)]
    while waiting := entries():
        [entry] = waiting
        before()
        summaries.append(handler(take(entry), context))
    return summaries
