"""What waits in EventBridge Scheduler, and doing it."""

import json
from typing import Any

import boto3

from spotify_pipeline.extract.handler import handler
from tests.conftest import CONTEXT


def entries() -> list[dict[str, Any]]:
    """What waits."""
    scheduler = boto3.client("scheduler")
    names = [entry["Name"] for entry in scheduler.list_schedules()["Schedules"]]
    return [dict(scheduler.get_schedule(Name=name)) for name in names]


def take(entry: dict[str, Any]) -> dict[str, Any]:
    """The event of an entry, which is gone with that."""
    boto3.client("scheduler").delete_schedule(Name=entry["Name"])
    event: dict[str, Any] = json.loads(entry["Target"]["Input"])
    return event


def run_to_its_end(event: dict[str, Any], context: Any = CONTEXT) -> list[dict[str, Any]]:
    """The summaries of the attempt that the event makes, and of those that it has follow."""
    summaries = [handler(event, context)]
    while waiting := entries():
        [entry] = waiting
        summaries.append(handler(take(entry), context))
    return summaries
