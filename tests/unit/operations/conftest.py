"""A deployment in memory: the bucket, the queue with its dead-letter queue, and the transform."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.deployment import EmulatedDeployment
from local.move_tasks import MoveTasks
from local.processes import free_port
from operations import dead_letters, queues
from spotify_pipeline.transform.handler import handler
from stacks.configuration import load
from tests.conftest import Aws

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

TRIES = 3


class EventSourceMapping(MoveTasks):
    """An SQS client beside which the transform works: a batch each time somebody counts."""

    def __init__(self, sqs: SQSClient, queue_url: str) -> None:
        super().__init__(sqs)
        self._queue_url = queue_url

    def get_queue_attributes(self, **arguments: object) -> Any:
        self.deliver()
        return self.__getattr__("get_queue_attributes")(**arguments)

    def deliver(self) -> None:
        messages = self.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10)
        records = [
            {"messageId": one["MessageId"], "eventSource": "aws:sqs", "body": one["Body"]}
            for one in messages.get("Messages", [])
        ]
        if not records:
            return
        failed = {
            one["itemIdentifier"]
            for one in handler({"Records": records}, None)["batchItemFailures"]
        }
        for one in messages["Messages"]:
            if one["MessageId"] not in failed:
                self.delete_message(QueueUrl=self._queue_url, ReceiptHandle=one["ReceiptHandle"])


class Functions:
    """A Lambda client that records asynchronous invocations, or refuses them."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.refusal: ClientError | None = None

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803
        assert (FunctionName, InvocationType) == ("extract", "Event")
        if self.refusal:
            raise self.refusal
        self.events.append(json.loads(Payload))


class WorkingDeployment(EmulatedDeployment):
    @cached_property
    def functions(self) -> Functions:
        return Functions()

    def client(self, service: str) -> Any:
        if service == "lambda":
            return self.functions
        client = super().client(service)
        return EventSourceMapping(client, self.output("QueueUrl")) if service == "sqs" else client


@pytest.fixture
def deployment(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> WorkingDeployment:
    """Failed messages are tried again at once, and nothing is waited for."""
    monkeypatch.setenv("BUCKET", aws.bucket)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "spotify-test")
    monkeypatch.setattr(queues, "_SHORTEST_STEP_SECONDS", 0)
    monkeypatch.setattr(dead_letters, "_WAIT_SECONDS", 0)
    sqs = boto3.client("sqs")
    ends = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=ends, AttributeNames=["QueueArn"])
    policy = {
        "deadLetterTargetArn": found["Attributes"]["QueueArn"],
        "maxReceiveCount": TRIES,
    }
    queue = sqs.create_queue(
        QueueName="raw-parts",
        Attributes={"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0"},
    )["QueueUrl"]
    outputs = {
        "BucketName": aws.bucket,
        "QueueUrl": queue,
        "DeadLetterQueueUrl": ends,
        "FailedRunsQueueUrl": sqs.create_queue(QueueName="failed-runs")["QueueUrl"],
        "ExtractFunctionName": "extract",
        "TransformFunctionName": "transform",
    }
    return WorkingDeployment(outputs, load("local", {}), settling_seconds=0)


@pytest.fixture
def port() -> int:
    """A port that is free."""
    return free_port()
