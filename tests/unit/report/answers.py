"""Answers as Athena would give them."""

from dataclasses import dataclass, field

from report.answers import Answer
from stacks.sql_file import Chart, Parameter, SqlFile


@dataclass(frozen=True)
class FakeResult:
    columns: list[str]
    types: list[str]
    rows: list[list[str | None]]
    bytes_scanned: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a fake result, with its values from top to bottom."""

    type: str = "varchar"
    values: list[str | None] = field(default_factory=list)


def query(
    name: str = "songs",
    chart: Chart | None = None,
    finding: str = "",
    reading: str = "How to read it.",
    parameters: tuple[Parameter, ...] = (),
) -> SqlFile:
    return SqlFile(
        name,
        name.replace("_", " ").capitalize(),
        "Which ones?",
        "select 1",
        reading=reading,
        chart=chart or Chart(),
        finding=finding,
        parameters=parameters,
    )


def answer(of: SqlFile | None = None, bytes_scanned: int = 0, /, **columns: Column) -> Answer:
    rows = [list(row) for row in zip(*(one.values for one in columns.values()), strict=True)]
    types = [one.type for one in columns.values()]
    result = FakeResult(list(columns), types, rows, bytes_scanned)
    return Answer(query=of or query(), result=result)


def text(*values: str | None) -> Column:
    return Column(values=list(values))


def number(*values: str | None) -> Column:
    return Column(type="bigint", values=list(values))
