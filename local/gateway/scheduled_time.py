"""The scheduled time in Scheduler's events, which the emulator leaves as a placeholder."""

from datetime import UTC, datetime
from typing import Any

_PLACEHOLDER = "<aws.scheduler.scheduled-time>"


def with_scheduled_time(target: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """The target of a schedule, with the minute in which it fires in its input.

    `Time` of Scheduler's event is in seconds since the epoch. The emulator fires within seconds
    after a schedule's minute has begun.
    """
    if _PLACEHOLDER not in target.get("Input", ""):
        return target
    time = datetime.fromtimestamp(event["Time"], UTC)
    return {**target, "Input": target["Input"].replace(_PLACEHOLDER, f"{time:%Y-%m-%dT%H:%M:00Z}")}
