"""Values of a result as text for people."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

from operations.terminal import one_line
from report.columns import Kind

NULL = "–"

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?(\.\d+)?( ?UTC|[+]00(:?00)?|Z)?")
_MOST_DECIMALS = 6


def shown(value: str | None, kind: Kind, decimals: int = 0) -> str:
    """The value as a person reads it, a number with that many decimals at least.

    A value that is not of its kind is shown as it is.
    """
    if value is None:
        return NULL
    try:
        return _number(value, decimals) if kind is Kind.NUMBER else _SHOWN[kind](value)
    except ValueError:
        return one_line(value)


def decimals(values: Iterable[str | None]) -> int:
    """The number of decimals that the values of a column need."""
    return max((len(shown(value, Kind.NUMBER).partition(".")[2]) for value in values), default=0)


def machine_readable(value: str | None, kind: Kind) -> str | None:
    """A day or time as the attribute `datetime` of HTML has it; None for other values."""
    if value is None or kind not in (Kind.DAY, Kind.TIME):
        return None
    if kind is Kind.DAY:
        return value if _day(value) else None
    found = _TIME.fullmatch(value)
    return f"{found[1]}T{found[2]}Z" if found else None


def isolated(text: str) -> str:
    """The text in Unicode's isolates, so that its direction leaves the sentence around it alone."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def _number(value: str, decimals: int) -> str:
    if re.fullmatch(r"-?\d+", value):
        return f"{int(value):,.{decimals}f}"
    whole, _, fraction = f"{float(value):,.{_MOST_DECIMALS}f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{fraction}" if fraction else whole


def _day(value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.day} {day:%b %Y}"


def _time(value: str) -> str:
    found = _TIME.fullmatch(value)
    if not found:
        raise ValueError(value)
    moment = datetime.fromisoformat(f"{found[1]} {found[2]}")
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def _flag(value: str) -> str:
    return {"true": "yes", "false": "no"}.get(value, one_line(value))


_SHOWN: dict[Kind, Callable[[str], str]] = {
    Kind.NAME: one_line,
    Kind.DAY: _day,
    Kind.TIME: _time,
    Kind.FLAG: _flag,
    Kind.TEXT: one_line,
}
