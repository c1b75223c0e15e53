"""Values of results: one Python type for each SQL type, whichever engine gave them.

Timestamps are in UTC without a zone, at Athena's millisecond; arrays are text as
Athena prints them.
"""

import ast
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

Value = bool | int | float | Decimal | str | date | datetime | None

Row = tuple[Value, ...]

_PARSERS: dict[str, Callable[[str], Value]] = {
    "boolean": lambda text: {"true": True, "false": False}[text.lower()],
    "tinyint": int,
    "smallint": int,
    "integer": int,
    "bigint": int,
    "real": float,
    "double": float,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp": lambda text: _timestamp(datetime.fromisoformat(text)),
    "array": lambda text: _array(_elements(text)),
}


def parsed(text: str | None, kind: str) -> Value:
    """The value that Athena's API gave as text, of a column with this Trino type.

    Raises ValueError for text of another type.
    """
    if text is None:
        return None
    try:
        return _PARSERS.get(_base(kind), str)(text)
    except (ArithmeticError, KeyError, ValueError) as error:
        raise ValueError(f"{text!r} is no {kind}") from error


def normalised(value: object) -> Value:
    """A value of the Trino client."""
    if isinstance(value, datetime):
        return _timestamp(value)
    if isinstance(value, list):
        return _array(value)
    assert value is None or isinstance(value, bool | int | float | Decimal | str | date)
    return value


def _timestamp(value: datetime) -> datetime:
    in_utc = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return in_utc.replace(microsecond=in_utc.microsecond // 1000 * 1000)


def _array(elements: Iterable[object]) -> str:
    return f"[{', '.join(map(str, elements))}]"


def _elements(text: str) -> Iterable[object]:
    """The elements of `[a, b]`, as Athena prints an array, or of `['a', 'b']`, as DuckDB does."""
    try:
        return list(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        return [text.removeprefix("[").removesuffix("]")]


def _base(kind: str) -> str:
    """The type's name without its precision and elements: `timestamp(3)` is a timestamp."""
    return kind.partition("(")[0].partition(" ")[0]
