"""Replay: sends the "Object Created" events of raw parts to the queue again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from botocore.exceptions import BotoCoreError, ClientError

from operations.dead_letters import DeadLetter
from operations.deployment import Deployment
from operations.events import Bucket, object_created, unique_name
from operations.queues import Queue
from operations.raw_parts import days_with_raw_data, raw_objects
from spotify_pipeline.keys import ForeignKeyError, Part


class ReplayError(Exception):
    """Sending was interrupted; the message has the reason and the number sent."""


@dataclass
class Progress:
    """Progress of the sending, updated continuously.

    `unsent` holds SQS's reason by raw key, `left_out` the keys of objects that are not raw parts.
    """

    sent: int = 0
    unsent: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


class Replay:
    """A replay of all raw parts from one day to another. Raises ValueError if there are none.

    Its events carry its name, which identifies its dead letters.
    """

    def __init__(self, deployment: Deployment, first: date, last: date) -> None:
        self.name = unique_name("replay")
        self.progress = Progress()
        self._s3 = deployment.client("s3")
        self._bucket = deployment.output("BucketName")
        self._queue = Queue(deployment.client("sqs"), deployment.output("QueueUrl"))
        self.days = days_with_raw_data(self._s3, self._bucket, first, last)

    def send(self) -> Iterator[Progress]:
        """Send all parts; yields `progress` after each one.

        Raises ReplayError if an AWS call fails.
        """
        try:
            for raw_key, reason in self._queue.send(self._messages()):
                if reason is None:
                    self.progress.sent += 1
                else:
                    self.progress.unsent[raw_key] = reason
                yield self.progress
        except (BotoCoreError, ClientError) as error:
            raise ReplayError(
                f"{error}. {self.progress.sent:,} raw parts were already sent. Run the replay "
                "again: transforming a part twice writes the same files"
            ) from error

    def owns(self, letter: DeadLetter) -> bool:
        return letter.replay_name == self.name

    def _messages(self) -> Iterator[tuple[str, str]]:
        bucket = Bucket.of_queue(self._bucket, self._queue.arn)
        for day in self.days:
            for found in raw_objects(self._s3, self._bucket, day):
                if _is_raw_part(found.key):
                    yield found.key, object_created(bucket, found, self.name)
                else:
                    self.progress.left_out.append(found.key)


def _is_raw_part(key: str) -> bool:
    try:
        Part.from_raw_key(key)
    except ForeignKeyError:
        return False
    return True
