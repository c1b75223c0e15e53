import pytest

from operations.redrive import RedriveError, redrive

ARN = "arn:aws:sqs:us-east-1:123456789012:dead-letters"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:raw-parts"


def task(started: int, status: str, moved: int = 0, **more: object) -> dict[str, object]:
    return {
        "StartedTimestamp": started,
        "Status": status,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": 3,
        **more,
    }


class Moving:
    """An SQS client whose latest task is, look after look, as told."""

    def __init__(self, *latest: dict[str, object] | None) -> None:
        self._latest = iter(latest)
        self.started = 0

    def start_message_move_task(self, *, SourceArn: str, DestinationArn: str) -> None:  # noqa: N803
        # SQS cannot tell the source of a dead letter that EventBridge sent.
        assert (SourceArn, DestinationArn) == (ARN, QUEUE)
        self.started += 1

    def list_message_move_tasks(self, *, SourceArn: str) -> dict[str, object]:  # noqa: N803
        assert SourceArn == ARN
        latest = next(self._latest)
        return {"Results": [latest] if latest else []}


def moved(sqs: Moving) -> list[int]:
    return [seen.moved for seen in redrive(sqs, ARN, QUEUE, sleep=lambda _: None)]


def test_a_move_is_started_and_followed_to_its_end() -> None:
    sqs = Moving(None, None, task(2, "RUNNING", 1), task(2, "COMPLETED", 3))
    assert moved(sqs) == [1, 3]
    assert sqs.started == 1


def test_an_earlier_move_is_not_mistaken_for_the_new_one() -> None:
    earlier = task(1, "COMPLETED", 9)
    sqs = Moving(earlier, earlier, task(2, "COMPLETED", 3))
    assert moved(sqs) == [3]
    assert sqs.started == 1


def test_a_move_under_way_is_joined() -> None:
    sqs = Moving(task(1, "RUNNING", 1), task(1, "RUNNING", 2), task(1, "COMPLETED", 3))
    assert moved(sqs) == [2, 3]
    assert sqs.started == 0


def test_a_failed_move_is_an_error_with_its_reason() -> None:
    sqs = Moving(None, task(2, "FAILED", 1, FailureReason="AccessDenied"))
    with pytest.raises(RedriveError, match="FAILED after 1 dead letters: AccessDenied"):
        moved(sqs)
