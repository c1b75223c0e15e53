from datetime import date

import pytest

from operations.days import parse_range, spans


def test_a_range_includes_both_ends() -> None:
    assert parse_range("2026-01-01", "2026-01-31") == (date(2026, 1, 1), date(2026, 1, 31))
    assert parse_range("2026-01-01", "2026-01-01") == (date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2026-01-01", None, "FROM and TO are required, as in FROM=2026-01-01 TO=2026-01-31"),
        ("", "2026-01-01", "FROM and TO are required"),
        ("2026-02-30", "2026-03-01", "FROM=2026-02-30 is not a day: expected YYYY-MM-DD"),
        ("2026-02-01", "yesterday", "TO=yesterday is not a day"),
        ("2026-02-02", "2026-02-01", "FROM=2026-02-02 is after TO=2026-02-01"),
    ],
)
def test_an_invalid_range_is_refused(first: str | None, last: str | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_range(first, last)


def test_consecutive_days_are_shown_as_one_span() -> None:
    days = [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 7)]
    assert spans(days) == "2026-02-27 to 2026-03-01, 2026-03-07"
