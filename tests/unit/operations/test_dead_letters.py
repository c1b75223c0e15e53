from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from operations.dead_letters import DeadLetter, peek
from operations.queues import Queue

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

    from tests.unit.operations.conftest import WorkingDeployment


def event(key: str, **more: str) -> str:
    return json.dumps({"detail": {"object": {"key": key}}, **more})


@pytest.fixture
def sqs(deployment: WorkingDeployment) -> SQSClient:
    client: SQSClient = deployment.client("sqs")
    return client


@pytest.fixture
def url(deployment: WorkingDeployment) -> str:
    return deployment.output("DeadLetterQueueUrl")


def test_every_dead_letter_is_listed_and_stays(sqs: SQSClient, url: str) -> None:
    for n in range(23):
        sqs.send_message(QueueUrl=url, MessageBody=event(f"key-{n:02}"))
    assert [letter.raw_key for letter in peek(sqs, url)] == [f"key-{n:02}" for n in range(23)]
    assert Queue(sqs, url).counts().waiting == 23
    assert len(peek(sqs, url)) == 23


def test_a_dead_letter_names_its_replay(sqs: SQSClient, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody=event("a"))
    sqs.send_message(QueueUrl=url, MessageBody=event("b", **{"replay-name": "mine"}))
    assert peek(sqs, url) == [DeadLetter("a", None), DeadLetter("b", "mine")]


@pytest.mark.parametrize(
    "body",
    [
        "not JSON",
        "[]",
        "7",
        '{"detail": null}',
        '{"detail": {"object": {"key": 7}}}',
        '{"detail": {"object": {"key": null}}}',
        '{"detail": {"object": {"key": "a"}}, "replay-name": 7}',
        '{"detail": {"object": {"key": "\\ud800"}}}',
    ],
)
def test_a_dead_letter_that_is_no_event_is_shown_unchanged(
    sqs: SQSClient, url: str, body: str
) -> None:
    sqs.send_message(QueueUrl=url, MessageBody=body)
    assert peek(sqs, url) == [DeadLetter(body, None)]


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"detail": ' * 10_000, '{"x": ' + "[" * 100_000],
    ids=["array", "objects", "field that is not read"],
)
def test_a_too_deeply_nested_dead_letter_is_shown_shortened(
    sqs: SQSClient, url: str, body: str
) -> None:
    sqs.send_message(QueueUrl=url, MessageBody=body)
    [letter] = peek(sqs, url)
    assert letter == DeadLetter(f"{body[:200]}… ({len(body):,} characters)", None)


def test_an_interrupted_peek_leaves_every_message_visible(
    sqs: SQSClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=event(f"key-{n}"))

    class Interrupted:
        received = 0

        def __getattr__(self, name: str) -> object:
            return getattr(sqs, name)

        def receive_message(self, **arguments: Any) -> object:
            self.received += 1
            if self.received > 1:
                raise KeyboardInterrupt
            return sqs.receive_message(**arguments)

    with pytest.raises(KeyboardInterrupt):
        peek(Interrupted(), url)
    assert Queue(sqs, url).counts().waiting == 12
