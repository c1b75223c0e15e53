"""Differences between two answers."""

import pytest

from tests.trino.differences import difference, order_columns
from tests.trino.engines import Answer
from tests.trino.values import Row

SQL = "select name, share from t order by share desc"


def answer(*rows: Row, columns: tuple[str, ...] = ("name", "share")) -> Answer:
    return Answer(columns=columns, types=["varchar", "double"], rows=rows)


def test_floats_may_differ_in_their_last_digits() -> None:
    assert difference(SQL, answer(("a", 0.1 + 0.2)), answer(("a", 0.3))) is None


@pytest.mark.parametrize(
    "other",
    [
        answer(("a", 0.5)),
        answer(("a", 0.5), ("b", 0.25), ("b", 0.25)),
        answer(("a", 0.5), ("b", 0.2501)),
        answer(("a", 0.5), ("b", None)),
    ],
    ids=["fewer rows", "a row twice", "another value", "null"],
)
def test_other_rows_are_named(other: Answer) -> None:
    found = difference(SQL, answer(("a", 0.5), ("b", 0.25)), other)
    assert found is not None
    assert "('b', " in found


def test_the_order_counts_as_far_as_the_statement_states_it() -> None:
    rows: list[Row] = [("a", 0.5), ("b", 0.5), ("c", 0.25)]
    assert difference(SQL, answer(*rows), answer(rows[1], rows[0], rows[2])) is None
    assert "row 1 of the order" in str(
        difference(SQL, answer(*rows), answer(rows[0], rows[2], rows[1]))
    )


def test_other_columns_are_a_difference() -> None:
    assert "columns" in str(difference(SQL, answer(), answer(columns=("name", "part"))))


def test_an_order_ends_where_it_names_no_output_column() -> None:
    columns = ["name", "share"]
    assert order_columns("select name, share from t order by name, 1 + share", columns) == ["name"]
    assert order_columns("select name, share from t", columns) == []
