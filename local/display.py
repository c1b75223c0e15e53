"""What the commands show: steps with their times, and results as tables."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

from local.athena import Result

ROWS = 12
"""How many rows of a result are shown."""

console = Console(highlight=False)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show that something is under way; a line with its time once it is done."""
    began = time.monotonic()
    with console.status(f"{title} …"):
        yield
    console.print(f"[green]✓[/] {title} [dim]{time.monotonic() - began:.1f} s[/]")


def show_result(title: str, question: str, result: Result) -> None:
    table = Table(title=f"{title} – {question}", title_justify="left", title_style="bold")
    for number, column in enumerate(result.columns):
        values = [row[number] for row in result.rows]
        numeric = any(values) and all(_is_number(value) for value in values if value is not None)
        table.add_column(column, justify="right" if numeric else "left", overflow="ellipsis", no_wrap=True)
    for row in result.rows[:ROWS]:
        table.add_row(*(value if value is not None else "–" for value in row))
    console.print()
    console.print(table)
    if len(result.rows) > ROWS:
        console.print(f"[dim]… {len(result.rows) - ROWS} more rows[/]")


def _is_number(value: str) -> bool:
    return value.lstrip("-").replace(".", "", 1).isdecimal()
