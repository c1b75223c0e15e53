"""Values of marks and prepared statements, as Athena's API takes them."""

import pytest

from local.gateway.athena.parameters import RefusedError, bound

PREPARED = {"two": "select ? as a, '?' as b, ? as c -- ?"}


def test_values_take_the_place_of_marks_in_order() -> None:
    filled = bound("select '?', ?, a from b where c = ?", ["'it''s ?'", "-3"], PREPARED.get)
    assert filled == "select '?', 'it''s ?', a from b where c = -3"


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("EXECUTE two USING 'x, y', date '2026-03-01'", []),
        ("execute two using 'x, y', date '2026-03-01';", []),
        ('execute "two"', ["'x, y'", "date '2026-03-01'"]),
    ],
)
def test_a_prepared_statement_takes_values_of_either_kind(
    statement: str, values: list[str]
) -> None:
    text = bound(statement, values, PREPARED.get).lower()
    assert text.startswith("select 'x, y' as a, '?' as b, ")
    assert "2026-03-01" in text


@pytest.mark.parametrize(
    ("statement", "values", "reason"),
    [
        ("select ?", [], "expected 1 but found 0"),
        ("select 1", ["2"], "expected 0 but found 1"),
        ("select ?", ["text"], "The parameter text is no literal: put text and days in quotes"),
        ("select ?", ["1, 2"], "is no literal"),
        ("select ?", ["(select 1)"], "is no literal"),
        ("execute none", [], "no prepared statement none"),
        ("execute two using", [], "EXECUTE is not complete"),
        ("execute", [], "EXECUTE is not complete"),
        ("execute two using 1", [], "expected 2 but found 1"),
    ],
)
def test_wrong_values_are_refused(statement: str, values: list[str], reason: str) -> None:
    with pytest.raises(RefusedError, match=reason.replace("(", r"\(")):
        bound(statement, values, PREPARED.get)
