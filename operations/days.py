"""Parsing and formatting of day ranges."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

_ONE_DAY = timedelta(days=1)


def parse_range(first: str | None, last: str | None) -> tuple[date, date]:
    """FROM and TO, both inclusive. Raises ValueError with the remedy."""
    if not first or not last:
        raise ValueError("FROM and TO are required, as in FROM=2026-01-01 TO=2026-01-31")
    begin, end = parse_day("FROM", first), parse_day("TO", last)
    if begin > end:
        raise ValueError(f"FROM={first} is after TO={last}: give the earlier day as FROM")
    return begin, end


def spans(days: Iterable[date]) -> str:
    """Ascending days in words: `2026-01-01 to 2026-01-03, 2026-01-07`."""
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][-1] == _ONE_DAY:
            found[-1].append(day)
        else:
            found.append([day])
    return ", ".join(map(_span, found))


def _span(days: list[date]) -> str:
    return str(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]}"


def parse_day(name: str, text: str) -> date:
    """The day that a variable holds. Raises ValueError naming both, and the form."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date()
    except ValueError as error:
        raise ValueError(
            f"{name}={text} is not a day: expected YYYY-MM-DD, as in {name}=2026-01-31"
        ) from error
