"""Starts a run of a schedule, now and asynchronously."""

import json
from datetime import UTC, datetime

from operations.deployment import Deployment
from spotify_pipeline.extract.event import RunRequest


def start(deployment: Deployment, schedule: str) -> RunRequest:
    """Queue an event for the extract function and return the request that it makes.

    The event has a time, so that Lambda's retries belong to the same run.
    """
    now = datetime.now(UTC)
    event = {
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "schedule": schedule,
        "sources": deployment.configuration.schedules[schedule].sources,
    }
    request = RunRequest.from_event(event, now)
    deployment.client("lambda").invoke(
        FunctionName=deployment.output("ExtractFunctionName"),
        InvocationType="Event",
        Payload=json.dumps(event).encode(),
    )
    return request
