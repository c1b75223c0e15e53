"""Buffer for the rows of one table while a part is read, column by column."""

from collections import Counter
from itertools import repeat
from typing import Any

import polars as pl
from msgspec import UNSET

from spotify_pipeline.schema import Column, Table
from spotify_pipeline.transform.frames import series
from spotify_pipeline.transform.rows.batch import ARTIST_NAME, DETAIL, LINKS, LOCATION, RowBatch

_FRAME_ROWS = 5_000


class RowBuffer:
    """Collects Python values and moves them into frames, which take far less memory.

    `missing` counts the UNSET values by table and column.
    """

    def __init__(self, table: Table, missing: Counter[str]) -> None:
        self._table = table
        self._missing = missing
        names = (ARTIST_NAME,) if table in LINKS else ()
        self._columns = (*table.own_columns, *names, LOCATION, DETAIL)
        self._values: dict[str, list[Any]] = {column.name: [] for column in self._columns}
        self._frames: list[pl.DataFrame] = []
        self._flush()

    def add(self, batch: RowBatch) -> None:
        buffered = self._values
        for name, values in batch.columns.items():
            buffered[name].extend(values)
        buffered[LOCATION.name].extend(batch.locations)
        buffered[DETAIL.name].extend(repeat(int(batch.detail), len(batch.locations)))
        if len(buffered[LOCATION.name]) >= _FRAME_ROWS:
            self._flush()

    def peek(self) -> pl.DataFrame:
        """Return the rows so far."""
        self._flush()
        return pl.concat(self._frames, rechunk=False)

    def take(self) -> pl.DataFrame:
        """Return the rows and release them."""
        rows = self.peek()
        self._frames = []
        return rows

    def _flush(self) -> None:
        columns = [self._series(column, self._values[column.name]) for column in self._columns]
        self._frames.append(pl.DataFrame(columns))
        for values in self._values.values():
            values.clear()

    def _series(self, column: Column, values: list[Any]) -> pl.Series:
        """Convert values to a series; UNSET becomes null and is counted."""
        try:
            return series(column.name, column.type, values)
        except (TypeError, ValueError):
            missing = values.count(UNSET)
            if not missing:
                raise
        self._missing[self._field(column)] += missing
        known = [None if value is UNSET else value for value in values]
        return series(column.name, column.type, known)

    def _field(self, column: Column) -> str:
        if column is ARTIST_NAME:
            return "artists.name"
        return f"{self._table.name}.{column.name}"
