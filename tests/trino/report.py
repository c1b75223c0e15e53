"""The table of what the statements read."""

from rich import box
from rich.markup import escape
from rich.table import Table

from commands.display import console
from tests.trino.engines import Answer
from tests.trino.growth import Growth


def show(growth: Growth) -> None:
    """Print rows, kilobytes read and splits of each statement, by length of the history."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("statement", no_wrap=True)
    table.add_column("about")
    table.add_column("scans", justify="right")
    for size in growth.days:
        for what in (f"rows, {size:,} days", "kB", "splits", "s"):
            table.add_column(what, justify="right")
    for statement, answers in growth.answers.items():
        table.add_row(
            escape(statement.name),
            "present" if statement.is_of_the_present else "history",
            str(statement.scans),
            *(cell for size in growth.days for cell in _cells(answers.get(size))),
        )
    console.print(table)


def _cells(answer: Answer | None) -> list[str]:
    if answer is None:
        return ["failed", "", "", ""]
    return [
        f"{len(answer.rows):,}",
        f"{answer.bytes_read / 1000:,.0f}",
        f"{answer.splits:,}",
        f"{answer.seconds:.1f}",
    ]
