"""An SQS queue: message counts, batch sending, and waiting until it is empty."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

_BATCH = 10
"""Maximum entries of one SendMessageBatch call."""

_TRIES = 4
_FIRST_PAUSE_SECONDS = 0.5

_EMPTY_POLLS = 3
"""Minimum consecutive polls at zero before the queue counts as empty."""
_SHORTEST_STEP_SECONDS = 0.2


@dataclass(frozen=True)
class Counts:
    """Messages in a queue; approximate on AWS. `in_flight` are received and not yet deleted:
    in processing, or failed and invisible until their retry.
    """

    waiting: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.waiting + self.in_flight + self.delayed


class Queue:
    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    @property
    def arn(self) -> str:
        return str(self._attributes("QueueArn")[0])

    def counts(self) -> Counts:
        messages = "ApproximateNumberOfMessages"
        values = self._attributes(messages, f"{messages}NotVisible", f"{messages}Delayed")
        return Counts(*map(int, values))

    def send(
        self, messages: Iterable[tuple[str, str]], sleep: Callable[[float], None] = time.sleep
    ) -> Iterator[tuple[str, str | None]]:
        """Send (name, body) pairs, ten a call. Yields each name, with SQS's reason if it failed.

        Failed entries are retried with exponential backoff.
        """
        rest = iter(messages)
        while batch := list(islice(rest, _BATCH)):
            failed = self._send_batch([body for _, body in batch], sleep)
            for place, (name, _) in enumerate(batch):
                yield name, failed.get(str(place))

    def until_empty(
        self,
        settling_seconds: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> Iterator[Counts]:
        """Poll the counts until they have been zero for `settling_seconds`."""
        step = max(_SHORTEST_STEP_SECONDS, settling_seconds / 30)
        empty_polls, empty_since = 0, clock()
        while True:
            counts = self.counts()
            yield counts
            if counts.total:
                empty_polls, empty_since = 0, clock()
            else:
                empty_polls += 1
            if empty_polls >= _EMPTY_POLLS and clock() - empty_since >= settling_seconds:
                return
            sleep(step)

    def _send_batch(self, bodies: list[str], sleep: Callable[[float], None]) -> dict[str, str]:
        """SQS's reason for each rejected body, by its index."""
        entries = [{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)]
        failed: dict[str, str] = {}
        for tried in range(_TRIES):
            if tried:
                sleep(_FIRST_PAUSE_SECONDS * 2 ** (tried - 1))
            response = self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries)
            failed = {
                entry["Id"]: entry.get("Message", entry["Code"])
                for entry in response.get("Failed", [])
            }
            entries = [entry for entry in entries if entry["Id"] in failed]
            if not entries:
                break
        return failed

    def _attributes(self, *names: str) -> list[str]:
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=list(names))
        return [found["Attributes"][name] for name in names]
