"""SQS message move tasks, which the emulator lacks, built from calls that it supports."""

import time
from typing import Any

_BATCH = 10


class MoveTasks:
    """An SQS client with message move tasks; other calls pass through to the wrapped client.

    `start_message_move_task` returns when the task is complete. Only this object lists it.
    """

    def __init__(self, sqs: Any) -> None:
        self._sqs = sqs
        self._tasks: dict[str, dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def start_message_move_task(
        self,
        *,
        SourceArn: str,  # noqa: N803 - SQS's
        DestinationArn: str,  # noqa: N803
    ) -> dict[str, Any]:
        """Move every message from a dead-letter queue to the destination."""
        moved = self._move(self._url(SourceArn), self._url(DestinationArn))
        self._tasks[SourceArn] = {
            "Status": "COMPLETED",
            "SourceArn": SourceArn,
            "DestinationArn": DestinationArn,
            "ApproximateNumberOfMessagesMoved": moved,
            "ApproximateNumberOfMessagesToMove": moved,
            "StartedTimestamp": time.time_ns() // 1_000_000,
        }
        return {"TaskHandle": SourceArn}

    def list_message_move_tasks(self, *, SourceArn: str) -> dict[str, Any]:  # noqa: N803 - SQS's
        return {"Results": [self._tasks[SourceArn]] if SourceArn in self._tasks else []}

    def _url(self, arn: str) -> str:
        return str(self._sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])

    def _move(self, origin: str, destination: str) -> int:
        moved = 0
        while messages := self._receive(origin):
            for message in messages:
                self._sqs.send_message(QueueUrl=destination, MessageBody=message["Body"])
                self._sqs.delete_message(QueueUrl=origin, ReceiptHandle=message["ReceiptHandle"])
            moved += len(messages)
        return moved

    def _receive(self, url: str) -> list[Any]:
        response = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=_BATCH)
        return list(response.get("Messages", []))
