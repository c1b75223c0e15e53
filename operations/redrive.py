"""Redrive: SQS moves the dead letters back to the queue."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_STEP_SECONDS = 0.5
_ACTIVE = ("RUNNING", "CANCELLING")


class RedriveError(Exception):
    """SQS could not move the dead letters; contains its reason."""


@dataclass(frozen=True)
class MoveTask:
    """SQS's message move task, as it lists it. `started` is in milliseconds since the epoch."""

    started: int
    status: str
    moved: int
    to_move: int
    reason: str


def redrive(
    sqs: Any,
    dead_letter_arn: str,
    queue_arn: str,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[MoveTask]:
    """Start a move task, or join the active one, and poll it until it ends.

    SQS allows one at a time. It knows the source only of dead letters that came from a queue, not
    of those from EventBridge, so the destination is named (Amazon SQS Developer Guide, "DLQ and
    DLQ redrive issues"). Raises RedriveError if the task does not complete.
    """
    before = _latest(sqs, dead_letter_arn)
    if before is None or before.status not in _ACTIVE:
        sqs.start_message_move_task(SourceArn=dead_letter_arn, DestinationArn=queue_arn)
    else:
        before = None
    while True:
        task = _latest(sqs, dead_letter_arn)
        # A new task may not be listed yet.
        if task and (before is None or task.started != before.started):
            yield task
            if task.status not in _ACTIVE:
                break
        sleep(_STEP_SECONDS)
    if task.status != "COMPLETED":
        raise RedriveError(
            f"The redrive ended as {task.status} after {task.moved:,} dead letters: "
            f"{task.reason or 'SQS gives no reason'}. The others are still in the dead-letter queue"
        )


def _latest(sqs: Any, dead_letter_arn: str) -> MoveTask | None:
    for entry in sqs.list_message_move_tasks(SourceArn=dead_letter_arn).get("Results", []):
        return MoveTask(
            started=entry.get("StartedTimestamp", 0),
            status=entry["Status"],
            moved=entry.get("ApproximateNumberOfMessagesMoved", 0),
            to_move=entry.get("ApproximateNumberOfMessagesToMove", 0),
            reason=entry.get("FailureReason", ""),
        )
    return None
