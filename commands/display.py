"""Terminal output of the commands: timed steps, and query results as tables."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from operations.athena.query import Result
from operations.terminal import SafeConsole, one_line
from stacks.sql_file import Parameter

ROWS = 12
"""Maximum number of rows that `show_result` shows."""

_NULL = "–"
_IDS = ("_id", "_ids", "uri")
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


def show_result(name: str, question: str, result: Result) -> None:
    """Print the first rows of a result without its ids, which only serve joins."""
    console.print(f"\n[bold]{escape(name)}[/]  {escape(question)}")
    shown = [n for n, column in enumerate(result.columns) if not column.endswith(_IDS)]
    console.print(result_table(result, shown, ROWS))
    if len(result.rows) > ROWS:
        console.print(f"  [dim]… {len(result.rows) - ROWS} more rows[/]")


def result_table(
    result: Result, shown: Sequence[int] | None = None, limit: int | None = None
) -> Table:
    """A result as a table: the columns at the places `shown`, or all; at most `limit` rows."""
    places = range(len(result.columns)) if shown is None else shown
    table = Table(box=box.SIMPLE_HEAD)
    rows = [[_cell(row[n]) for n in places] for row in result.rows[:limit]]
    for place, n in enumerate(places):
        values = [row[place] for row in rows if row[place] != _NULL]
        numeric = bool(values) and all(map(_is_number, values))
        width = max(map(len, [result.columns[n], *values]))
        table.add_column(
            escape(result.columns[n]),
            justify="right" if numeric else "left",
            no_wrap=True,
            min_width=max(len(result.columns[n]), min(width, _LEAST_WIDTH)),
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


def show_needed(name: str, question: str, parameters: Iterable[Parameter]) -> None:
    """Print the values that a query needs, in place of its result."""
    console.print(f"\n[bold]{escape(name)}[/]  {escape(question)}\n")
    for parameter in parameters:
        line = f"  needs {parameter.name}, such as {parameter.example}: {parameter.description}"
        console.print(line, markup=False)


def _cell(value: str | None) -> str:
    """Format a value: null as a dash, timestamps to the second."""
    return _NULL if value is None else _FRACTION.sub("", one_line(value))


def _is_number(value: str) -> bool:
    return value.lstrip("-").replace(".", "", 1).isdecimal()
