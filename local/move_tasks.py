"""Message move tasks of SQS, which the emulator lacks: done through the calls that it has."""

import json
import time
from typing import Any

_BATCH = 10


class MoveTasks:
    """An SQS client that moves dead letters as SQS does; all other calls are the client's own.

    A move is done when `start_message_move_task` returns, and known to this object alone.
    """

    def __init__(self, sqs: Any) -> None:
        self._sqs = sqs
        self._tasks: dict[str, dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def start_message_move_task(self, *, SourceArn: str) -> dict[str, Any]:  # noqa: N803 - SQS's
        """Move every letter to the queue whose letters end in this one."""
        name = SourceArn.rpartition(":")[2]
        origin = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        moved = self._move(origin, self._queue_that_ends_in(SourceArn))
        self._tasks[SourceArn] = {
            "Status": "COMPLETED",
            "SourceArn": SourceArn,
            "ApproximateNumberOfMessagesMoved": moved,
            "ApproximateNumberOfMessagesToMove": moved,
            "StartedTimestamp": time.time_ns() // 1_000_000,
        }
        return {"TaskHandle": SourceArn}

    def list_message_move_tasks(self, *, SourceArn: str) -> dict[str, Any]:  # noqa: N803 - SQS's
        return {"Results": [self._tasks[SourceArn]] if SourceArn in self._tasks else []}

    def _queue_that_ends_in(self, arn: str) -> str:
        for url in self._sqs.list_queues()["QueueUrls"]:
            attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            policy = json.loads(attributes["Attributes"].get("RedrivePolicy", "{}"))
            if policy.get("deadLetterTargetArn") == arn:
                return str(url)
        raise ValueError(f"{arn} is not the dead-letter queue of any queue")

    def _move(self, origin: str, destination: str) -> int:
        moved = 0
        while letters := self._sqs.receive_message(QueueUrl=origin, MaxNumberOfMessages=_BATCH).get(
            "Messages"
        ):
            for letter in letters:
                self._sqs.send_message(QueueUrl=destination, MessageBody=letter["Body"])
                self._sqs.delete_message(QueueUrl=origin, ReceiptHandle=letter["ReceiptHandle"])
                moved += 1
        return moved
