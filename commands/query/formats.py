"""A result as a table for people, or as CSV or JSON for programs."""

import json
from collections.abc import Callable
from typing import TextIO

from commands.query.variables import Format
from operations.athena.query import QueryFailedError, Result
from operations.terminal import printable

_NUMBERS: dict[str, Callable[[str], object]] = {
    "tinyint": int,
    "smallint": int,
    "integer": int,
    "bigint": int,
    "boolean": lambda value: value == "true",
}


def write(result: Result, form: Format, file: TextIO) -> None:
    """Write CSV or JSON to a file; on a terminal without its control characters."""
    text = _csv(result) if form is Format.CSV else _json(result)
    file.write(printable(text) if file.isatty() else text)
    file.flush()


def _csv(result: Result) -> str:
    """As Athena's own result files: a header, all values in quotes, nothing for null."""
    lines: list[list[str | None]] = [[*result.columns], *result.rows]
    return "".join(f"{','.join(map(_quoted, line))}\n" for line in lines)


def _json(result: Result) -> str:
    """An array of objects, one a line; whole numbers and truth values are typed, the rest is text.

    Raises QueryFailedError if two columns have the same name, of which an object holds only one.
    """
    twice = sorted({name for name in result.columns if result.columns.count(name) > 1})
    if twice:
        raise QueryFailedError(
            f"The result has several columns {', '.join(twice)}: give each a name of its own with "
            "`as`, or use FORMAT=csv"
        )
    lines = [json.dumps(_record(result, row), ensure_ascii=False) for row in result.rows]
    return "[" + ",\n ".join(lines) + "]\n"


def _record(result: Result, row: list[str | None]) -> dict[str, object]:
    return {
        name: None if value is None else _NUMBERS.get(kind, str)(value)
        for name, kind, value in zip(result.columns, result.types, row, strict=True)
    }


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'
