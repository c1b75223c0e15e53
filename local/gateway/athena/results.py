"""Values of DuckDB as Athena writes them, and the file that holds a result."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import chain

Row = list[str | None]

_TYPES = {
    "hugeint": "bigint",
    "blob": "varbinary",
    "timestamp with time zone": "timestamp",
    "interval": "varchar",
}
_MILLISECONDS = 1000


def athena_type(kind: str) -> str:
    """The type that Athena reports for one of DuckDB, such as `array` for `VARCHAR[]`."""
    if kind.endswith("]"):
        return "array"
    name = kind.lower().partition("(")[0].strip()
    name = {"struct": "row", '"null"': "unknown", "null": "unknown"}.get(name, name)
    return _TYPES.get(name, name)


def text(value: object) -> str | None:
    """A value as Athena prints it; None is null. Times have milliseconds and are in UTC."""
    return None if value is None else _printed(value)


def csv_file(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """The result file: every value in quotes, the names first, nothing for null."""
    return "".join(f"{_line(row)}\n" for row in chain([columns], rows)).encode()


def _line(row: Sequence[str | None]) -> str:
    return ",".join("" if one is None else f'"{one.replace(chr(34), chr(34) * 2)}"' for one in row)


def _printed(value: object) -> str:
    match value:
        case bool():
            printed = str(value).lower()
        case datetime():
            printed = f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // _MILLISECONDS:03}"
        case date() | time():
            printed = value.isoformat()
        case list() | tuple():
            printed = f"[{', '.join(map(_element, value))}]"
        case dict():
            printed = f"{{{', '.join(f'{key}={_element(one)}' for key, one in value.items())}}}"
        case bytes():
            printed = value.hex(" ")
        case _:
            printed = str(value)
    return printed


def _element(value: object) -> str:
    return "null" if value is None else _printed(value)
