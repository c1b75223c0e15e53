"""SQS message move tasks, which the emulator lacks, built from calls that it supports."""

import json
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

    def start_message_move_task(self, *, SourceArn: str) -> dict[str, Any]:  # noqa: N803 - SQS's
        """Move every message from a dead-letter queue to its source queue."""
        name = SourceArn.rpartition(":")[2]
        dead_letters = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        moved = self._move(dead_letters, self._source_queue(SourceArn))
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

    def _source_queue(self, arn: str) -> str:
        """The URL of the queue whose dead-letter queue has this ARN."""
        for url in self._sqs.list_queues()["QueueUrls"]:
            attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            policy = json.loads(attributes["Attributes"].get("RedrivePolicy", "{}"))
            if policy.get("deadLetterTargetArn") == arn:
                return str(url)
        raise ValueError(f"{arn} is not the dead-letter queue of any queue")

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
