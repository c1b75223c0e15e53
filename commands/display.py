"""Terminal output of the commands: timed steps, and query results as tables."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from operations.athena.query import Result
from operations.terminal import SafeConsole, one_line

_NULL = "–"
_LEAST_WIDTH = 16
_FRACTION = re.compile(r"(?<=\d\d:\d\d:\d\d)(\.\d+)?(\+00(:00)?| UTC)?$")
_WIDTH_OF_FILES = 132
_UNLIMITED = 100_000

console = SafeConsole()
if not console.is_terminal:
    console.width = _WIDTH_OF_FILES


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show a status line during a step, and its duration at the end."""
    began, title = time.monotonic(), escape(title)
    with console.status(f"{title} …"):
        yield
    console.print(f"[green]✓[/] {title} [dim]{time.monotonic() - began:.1f} s[/]")


def run_line(run: Mapping[str, Any]) -> str:
    """A run record in one line."""
    reason = f" ({one_line(run['reason'])})" if run["reason"] else ""
    return (
        f"{run['status']}, {run['playlists_walked']} playlists walked, "
        f"{run['playlists_refused']} refused, {run['entries']:,} entries, "
        f"{run['api_calls']} calls{reason}"
    )


def result_table(result: Result) -> Table:
    """A result as a table with all of its columns and rows."""
    table = Table(box=box.SIMPLE_HEAD)
    rows = [list(map(_cell, row)) for row in result.rows]
    for place, column in enumerate(result.columns):
        values = [row[place] for row in rows if row[place] != _NULL]
        numeric = bool(values) and all(map(_is_number, values))
        width = max(map(len, [column, *values]))
        table.add_column(
            escape(column),
            justify="right" if numeric else "left",
            no_wrap=True,
            min_width=max(len(column), min(width, _LEAST_WIDTH)),
        )
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def print_whole(table: Table) -> None:
    """Print a table: on a terminal within its width, to a file as wide as the table is."""
    if not console.is_terminal:
        unlimited = console.options.update(max_width=_UNLIMITED)
        console.width = max(console.width, Measurement.get(console, unlimited, table).maximum)
    console.print(table)


def _cell(value: str | None) -> str:
    """Format a value: null as a dash, timestamps to the second."""
    return _NULL if value is None else _FRACTION.sub("", one_line(value))


def _is_number(value: str) -> bool:
    return value.lstrip("-").replace(".", "", 1).isdecimal()
