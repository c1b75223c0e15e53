"""Rejects rows of a table after reading: rows that break a rule, and rows that have no frame."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import polars as pl

from spotify_pipeline.keys import Part
from spotify_pipeline.schema import Table
from spotify_pipeline.transform.frames import schema
from spotify_pipeline.transform.json_text.decoding import UNREADABLE
from spotify_pipeline.transform.lines import Line, read_lines
from spotify_pipeline.transform.locations import LOCATION, decode
from spotify_pipeline.transform.pages import text_at
from spotify_pipeline.transform.rows.buffer import Failure
from spotify_pipeline.transform.rows.part_rows import PartRows
from spotify_pipeline.transform.validation import BROKEN_RULE, reason


class _Rejected(NamedTuple):
    """A row to reject at a position of its line: an invalid row, or the error that prevented it."""

    position: int | None
    cause: dict[str, Any] | BaseException


class Rejecter:
    """Adds rejected rows of the part to `rows`.

    `fetch` returns the part again: its text is not kept in memory.
    """

    def __init__(self, part: Part, rows: PartRows, fetch: Callable[[], bytes]) -> None:
        self._part = part
        self._rows = rows
        self._fetch = fetch

    def reject(self, table: Table, invalid: pl.DataFrame, failures: Sequence[Failure]) -> None:
        """Reject rows that break the rule in their column `BROKEN_RULE`, and failed rows."""
        rejected = _by_line(table, invalid, failures)
        for number, text in enumerate(read_lines(self._fetch()), start=1):
            line = Line(self._part.raw_key, number, text, self._rows)
            for row in rejected.get(number, ()):
                _reject(line, table, row)


def _by_line(
    table: Table, invalid: pl.DataFrame, failures: Sequence[Failure]
) -> dict[int, list[_Rejected]]:
    rejected: dict[int, list[_Rejected]] = defaultdict(list)
    # Timestamps can exceed Python's datetime range, and no reason quotes one.
    shown = invalid.select(pl.exclude(schema(table)["extracted_at"]))
    for row in shown.iter_rows(named=True):
        line, position = decode(row[LOCATION])
        rejected[line].append(_Rejected(position, row))
    # The key of `rejected` allows one row without a key per table and location.
    for location, error in dict(failures).items():
        line, position = decode(location)
        rejected[line].append(_Rejected(position, error))
    return rejected


def _reject(line: Line, table: Table, rejected: _Rejected) -> None:
    raw = _text(line, rejected.position)
    if isinstance(rejected.cause, BaseException):
        line.reject_unforeseen(table, rejected.cause, raw, rejected.position)
        return
    row = rejected.cause
    line.reject(
        table,
        reason(row[BROKEN_RULE], table, row),
        raw,
        rejected.position,
        rule=row[BROKEN_RULE],
        row_key="/".join(str(row[column]) for column in table.key),
    )


def _text(line: Line, position: int | None) -> bytes:
    try:
        return text_at(line.text, position)
    except UNREADABLE:
        return line.text
