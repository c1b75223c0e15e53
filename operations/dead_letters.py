"""Reads dead letters without removing them from their queue."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

_BATCH = 10
# Must exceed the time to read the whole queue: letters that reappear would be read twice.
_HIDDEN_SECONDS = 120
# Long polling queries all SQS servers; short polling can miss messages.
_WAIT_SECONDS = 1
_SHOWN_CHARACTERS = 200
"""Limit for a body that is not an event: SQS allows a megabyte."""


@dataclass(frozen=True)
class DeadLetter:
    """A message of the dead-letter queue.

    `raw_key` is the beginning of the body if that is not an event. `replay_name` is None for new
    data.
    """

    raw_key: str
    replay_name: str | None


class _Object(msgspec.Struct):
    key: str


class _Detail(msgspec.Struct):
    object: _Object


class _Event(msgspec.Struct, rename={"replay_name": "replay-name"}):
    """The fields of "Object Created" that name a raw part and its replay."""

    detail: _Detail
    replay_name: str | None = None


def peek(sqs: Any, url: str) -> list[DeadLetter]:
    """Return every dead letter in the queue.

    Each is received, which hides it from other consumers, and released at the end. Letters that
    another consumer has in flight are missing.
    """
    handles: dict[str, str] = {}
    letters: dict[str, DeadLetter] = {}
    try:
        while received := _receive(sqs, url):
            known = len(letters)
            for message in received:
                handles[message["MessageId"]] = message["ReceiptHandle"]
                letters[message["MessageId"]] = _letter(message["Body"])
            if len(letters) == known:
                break
    finally:
        _release(sqs, url, iter(handles.values()))
    return sorted(letters.values(), key=lambda letter: letter.raw_key)


def _receive(sqs: Any, url: str) -> list[Any]:
    response = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=_BATCH,
        VisibilityTimeout=_HIDDEN_SECONDS,
        WaitTimeSeconds=_WAIT_SECONDS,
    )
    return list(response.get("Messages", []))


def _release(sqs: Any, url: str, handles: Iterator[str]) -> None:
    """Make the letters visible again; after a failure, the visibility timeout does so."""
    while batch := list(islice(handles, _BATCH)):
        sqs.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(place), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for place, handle in enumerate(batch)
            ],
        )


def _letter(body: str) -> DeadLetter:
    try:
        event = msgspec.json.decode(body, type=_Event)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return DeadLetter(_shortened(body), None)
    return DeadLetter(event.detail.object.key, event.replay_name)


def _shortened(body: str) -> str:
    if len(body) <= _SHOWN_CHARACTERS:
        return body
    return f"{body[:_SHOWN_CHARACTERS]}… ({len(body):,} characters)"
