"""An SQS queue: what is in it, sending to it in batches, and waiting until it is empty."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

_BATCH = 10
"""Maximum number of entries of SendMessageBatch."""

_TRIES = 4
_FIRST_PAUSE_SECONDS = 0.5

_LOOKS = 3
"""Consecutive empty readings before a queue counts as empty."""
_SHORTEST_STEP_SECONDS = 0.2


@dataclass(frozen=True)
class Counts:
    """Messages in a queue; approximate on AWS. `in_flight` are received and not yet deleted:
    being worked on, or failed and invisible until they are tried again.
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
        """Send names and bodies, ten a call. Gives each name, with SQS's reason if not sent.

        Entries that fail alone are tried again, with growing pauses.
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
        """Yield counts until the queue has been empty for `settling_seconds`."""
        step = max(_SHORTEST_STEP_SECONDS, settling_seconds / 30)
        looks, empty_since = 0, clock()
        while True:
            counts = self.counts()
            yield counts
            if counts.total:
                looks, empty_since = 0, clock()
            else:
                looks += 1
            if looks >= _LOOKS and clock() - empty_since >= settling_seconds:
                return
            sleep(step)

    def _send_batch(self, bodies: list[str], sleep: Callable[[float], None]) -> dict[str, str]:
        """SQS's reason for each body that it did not take, by its place."""
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
