"""Buffer for the rows of one table while a part is read, column by column."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import polars as pl
from msgspec import UNSET

from spotify_pipeline.schema import Column, Table
from spotify_pipeline.transform.frames import series
from spotify_pipeline.transform.responses import Unknown
from spotify_pipeline.transform.rows.batch import ARTIST_NAME, DETAIL, LINKS, LOCATION, RowBatch

_FRAME_ROWS = 5_000


class Failure(NamedTuple):
    """A row with a value that cannot be converted, at an encoded location."""

    location: int
    error: BaseException


class RowBuffer:
    """Collects Python values and moves them into frames, which take far less memory.

    `missing` counts the UNSET values by table and column. `failures` are the rows left out.
    """

    def __init__(self, table: Table, missing: Counter[str]) -> None:
        self.failures: list[Failure] = []
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
        self._frames.extend(self._convert(self._values))
        for values in self._values.values():
            values.clear()

    def _convert(self, values: Mapping[str, Sequence[Any]]) -> Iterator[pl.DataFrame]:
        """Yield frames of all rows but those that cannot be converted, found by bisection."""
        missing: Counter[str] = Counter()
        try:
            columns = [self._series(column, values, missing) for column in self._columns]
            frame = pl.DataFrame(columns)
        except MemoryError:
            raise
        except (Exception, pl.exceptions.PanicException) as error:
            locations = values[LOCATION.name]
            if not locations:
                raise
            if len(locations) == 1:
                self.failures.append(Failure(locations[0], error))
                return
            half = len(locations) // 2
            for rows in (slice(half), slice(half, None)):
                yield from self._convert({name: column[rows] for name, column in values.items()})
        else:
            self._missing.update(missing)
            yield frame

    def _series(
        self, column: Column, values: Mapping[str, Sequence[Any]], missing: Counter[str]
    ) -> pl.Series:
        """Convert a column; UNSET becomes null and is counted."""
        given = values[column.name]
        try:
            return series(column.name, column.type, given)
        except (TypeError, ValueError):
            known = [None if _is_null(value) else value for value in given]
        missing[self._field(column)] += given.count(UNSET)
        return series(column.name, column.type, known)

    def _field(self, column: Column) -> str:
        if column is ARTIST_NAME:
            return "artists.name"
        return f"{self._table.name}.{column.name}"


def _is_null(value: Any) -> bool:
    return value is UNSET or isinstance(value, Unknown)
