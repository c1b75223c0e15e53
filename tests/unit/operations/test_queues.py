from collections.abc import Iterator
from typing import Any

from operations.queues import Counts, Queue


class Refusing:
    """An SQS client that takes a body only after so many refusals."""

    def __init__(self, refusals: dict[str, int]) -> None:
        self.taken: list[str] = []
        self.sizes: list[int] = []
        self._refusals = refusals

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "queue"
        self.sizes.append(len(Entries))
        failed = []
        for entry in Entries:
            body = entry["MessageBody"]
            if self._refusals.get(body, 0):
                self._refusals[body] -= 1
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self.taken.append(body)
        return {"Successful": [], "Failed": failed}


def send(sqs: Refusing, bodies: list[str]) -> dict[str, str | None]:
    return dict(Queue(sqs, "queue").send(((body, body) for body in bodies), sleep=lambda _: None))


BODIES = [f"body-{n}" for n in range(23)]


def test_messages_are_sent_ten_a_call() -> None:
    sqs = Refusing({})
    assert send(sqs, BODIES) == dict.fromkeys(BODIES)
    assert sqs.taken == BODIES
    assert sqs.sizes == [10, 10, 3]


def test_entries_that_fail_alone_are_sent_again_alone() -> None:
    sqs = Refusing({"body-3": 1, "body-7": 2})
    assert send(sqs, BODIES[:10]) == dict.fromkeys(BODIES[:10])
    assert sorted(sqs.taken) == BODIES[:10]
    assert sqs.sizes == [10, 2, 1]


def test_messages_that_sqs_always_refuses_are_named() -> None:
    sqs = Refusing({"body-3": 99})
    sent = send(sqs, BODIES)
    assert {name: reason for name, reason in sent.items() if reason} == {"body-3": "InternalError"}
    assert set(sqs.taken) == set(BODIES) - {"body-3"}


class Counting:
    """An SQS client that counts as told, and a clock that goes on while somebody sleeps."""

    def __init__(self, *totals: int) -> None:
        self._totals: Iterator[int] = iter(totals)
        self.now = 0.0

    def get_queue_attributes(self, **_: object) -> dict[str, Any]:
        name = "ApproximateNumberOfMessages"
        count = str(next(self._totals))
        return {"Attributes": {name: "0", f"{name}NotVisible": count, f"{name}Delayed": "0"}}

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def follow(self, settling_seconds: float) -> list[Counts]:
        queue = Queue(self, "queue")
        return list(queue.until_empty(settling_seconds, sleep=self.sleep, clock=lambda: self.now))


def test_one_count_of_zero_is_not_taken_for_an_empty_queue() -> None:
    counted = Counting(2, 0, 0, 1, 0, 0, 0).follow(0)
    assert [counts.total for counts in counted] == [2, 0, 0, 1, 0, 0, 0]


def test_a_queue_is_polled_until_its_counts_have_settled() -> None:
    sqs = Counting(1, *[0] * 1000)
    sqs.follow(60)
    assert 60 <= sqs.now < 65


def test_messages_in_flight_and_delayed_are_not_gone() -> None:
    assert Counts(waiting=0, in_flight=1, delayed=2).total == 3
