"""A result as a table: the first rows, with links to Spotify in place of ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from operations.terminal import one_line
from report.answers import Answer
from report.cells import NULL, decimals, machine_readable, shown
from report.columns import Column, Kind, columns_of
from report.links import id_column, links

ROWS = 10
"""Maximum number of rows of a table."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a cell's text; `url` is its page at Spotify, `moment` its day or time."""

    text: str
    url: str | None = None
    moment: str | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Shown columns, rows of cells in their order, and the number of rows that are left out."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Sequence[Part]]]
    more: int


def table_of(answer: Answer) -> Table:
    assert answer.result
    columns = columns_of(answer.result)
    visible = [column for column in columns if column.is_shown]
    names = [column.name for column in columns]
    ids = {column.name: id_column(column.name, names) for column in visible}
    records = answer.records[:ROWS]
    digits = {
        column.name: decimals(record[column.name] for record in records)
        for column in visible
        if column.kind is Kind.NUMBER
    }
    return Table(
        columns=visible,
        rows=[
            [_cell(one, record, ids[one.name], digits.get(one.name, 0)) for one in visible]
            for record in records
        ],
        more=len(answer.records) - len(records),
    )


def _cell(
    column: Column, record: Mapping[str, str | None], ids: str | None, digits: int
) -> list[Part]:
    value = record[column.name]
    if value is None:
        return [Part(text=NULL)]
    if column.kind is Kind.TEXT:
        return [Part(text=one_line(text), url=url) for text, url in links(column.name, record, ids)]
    return [
        Part(text=shown(value, column.kind, digits), moment=machine_readable(value, column.kind))
    ]
