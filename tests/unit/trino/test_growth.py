"""What a statement about the present may read when the history has grown."""

import pytest

from tests.trino.engines import Answer
from tests.trino.growth import faults
from tests.trino.values import Row


def answer(read: int, splits: int, *rows: Row) -> Answer:
    stats = {"physicalInputBytes": read, "totalSplits": splits}
    return Answer(columns=["a"], types=["integer"], rows=rows, stats=stats)


BASELINE = answer(1000, 20, (1,))


def test_a_tenth_more_is_allowed() -> None:
    assert faults(BASELINE, answer(1100, 22, (1,))) == []
    assert faults(answer(0, 1), answer(0, 1)) == []


@pytest.mark.parametrize(
    ("grown", "named"),
    [
        (answer(1101, 20, (1,)), "1,101 bytes instead of 1,000"),
        (answer(1000, 23, (1,)), "23 splits instead of 20"),
        (answer(1000, 20, (2,)), "1 more and 1 fewer rows, such as (2,)"),
        (answer(1000, 20), "0 more and 1 fewer rows, such as (1,)"),
    ],
)
def test_more_or_other_rows_are_named(grown: Answer, named: str) -> None:
    assert faults(BASELINE, grown) == [named]
