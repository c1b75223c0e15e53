"""Reads dead letters without removing them from their queue."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    """Return every dead letter in the queue."""
    with held_messages(sqs, url) as messages:
        letters = [_letter(message["Body"]) for message in messages]
    return sorted(letters, key=lambda letter: letter.raw_key)


@contextmanager
def held_messages(sqs: Any, url: str) -> Iterator[list[Any]]:
    """Every message in the queue, hidden from other consumers until the end of the block.

    Messages that another consumer has in flight are missing. Those that the block has not deleted
    become visible again.
    """
    held: dict[str, Any] = {}
    try:
        while received := _receive(sqs, url):
            known = len(held)
            held |= {message["MessageId"]: message for message in received}
            if len(held) == known:
                break
        yield list(held.values())
    finally:
        _release(sqs, url, (message["ReceiptHandle"] for message in held.values()))


def _receive(sqs: Any, url: str) -> list[Any]:
    response = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=_BATCH,
        VisibilityTimeout=_HIDDEN_SECONDS,
        WaitTimeSeconds=_WAIT_SECONDS,
        MessageAttributeNames=["All"],
    )
    return list(response.get("Messages", []))


def _release(sqs: Any, url: str, handles: Iterator[str]) -> None:
    """Make the messages visible again; after a failure, the visibility timeout does so."""
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
        return DeadLetter(shortened(body), None)
    return DeadLetter(event.detail.object.key, event.replay_name)


def shortened(body: str) -> str:
    """The beginning of a message, to show which one it is."""
    if len(body) <= _SHOWN_CHARACTERS:
        return body
    return f"{body[:_SHOWN_CHARACTERS]}… ({len(body):,} characters)"
