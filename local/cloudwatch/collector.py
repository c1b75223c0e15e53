"""Collects the metrics that arrive in the local deployment."""

from collections.abc import Iterator
from typing import Any

from local.cloudwatch.alarms import Alarm
from local.cloudwatch.invocations import metrics_of
from local.cloudwatch.samples import Key, Samples
from operations.deployment import Deployment
from operations.queues import Queue

_FUNCTIONS = ("ExtractFunctionName", "TransformFunctionName")
_RAW_PARTS = "QueueUrl"
_QUEUES = (_RAW_PARTS, "DeadLetterQueueUrl", "FailedRunsQueueUrl")


class Collector:
    """The metrics of the environment's functions and queues, at minutes that the caller states."""

    def __init__(self, deployment: Deployment) -> None:
        self.samples = Samples()
        self._logs = deployment.client("logs")
        self._groups = dict(_log_groups(deployment))
        self._seen: set[str] = set()
        sqs = deployment.client("sqs")
        self._queues = {name: Queue(sqs, deployment.output(name)) for name in _QUEUES}

    def collect(self, minute: int) -> int:
        """Add what each new invocation emitted, a minute after the one before, and the queues.

        Returns the number of new invocations.
        """
        found = 0
        for function, group in self._groups.items():
            for number, lines in enumerate(self._new_logs(group)):
                found += 1
                for key, value in metrics_of(function, lines):
                    self.samples.add(key, minute + number, value)
        self.sample_queues(minute)
        return found

    def sample_queues(self, minute: int) -> None:
        """Add the metrics of AWS/SQS, which the emulator lacks, from the queues' attributes.

        The attributes have no age of the oldest message: only that of an empty queue is known.
        """
        for name, queue in self._queues.items():
            waiting = queue.counts().waiting
            arn = queue.arn
            self.samples.add(_of_sqs(arn, "ApproximateNumberOfMessagesVisible"), minute, waiting)
            if name == _RAW_PARTS and not waiting:
                self.samples.add(_of_sqs(arn, "ApproximateAgeOfOldestMessage"), minute, 0)

    def _new_logs(self, group: str) -> Iterator[list[str]]:
        """The messages of each invocation that was not read yet: the emulator's log streams."""
        for stream in self._streams(group):
            if stream not in self._seen:
                self._seen.add(stream)
                events = self._logs.get_log_events(
                    logGroupName=group, logStreamName=stream, startFromHead=True
                )["events"]
                yield [event["message"] for event in events]

    def _streams(self, group: str) -> list[str]:
        pages = self._logs.get_paginator("describe_log_streams").paginate(logGroupName=group)
        return [one["logStreamName"] for page in pages for one in page["logStreams"]]


def deployed_alarms(cloudwatch: Any, environment: str) -> dict[str, Alarm]:
    """The alarms of an environment as deployed, by name without the prefix."""
    prefix = f"spotify-{environment}-"
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=prefix)
    return {
        one["AlarmName"].removeprefix(prefix): Alarm(one)
        for page in pages
        for one in page["MetricAlarms"]
    }


def _log_groups(deployment: Deployment) -> Iterator[tuple[str, str]]:
    client = deployment.client("lambda")
    for output in _FUNCTIONS:
        name = deployment.output(output)
        found = client.get_function_configuration(FunctionName=name)
        yield name, found["LoggingConfig"]["LogGroup"]


def _of_sqs(arn: str, name: str) -> Key:
    return "AWS/SQS", name, (("QueueName", arn.rpartition(":")[2]),)
