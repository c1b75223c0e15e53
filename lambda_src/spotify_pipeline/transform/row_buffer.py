"""Buffer for the rows of one table while a part is read, column by column."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import repeat
from typing import Any

import polars as pl
from msgspec import UNSET

from spotify_pipeline import tables
from spotify_pipeline.schema import Column, Table, Type
from spotify_pipeline.transform.frames import series
from spotify_pipeline.transform.locations import LOCATION

DETAIL = Column("_detail", Type.INT, "The `Detail` of the object.")
ARTIST_NAME = Column("_artist_name", Type.STRING, "The name of the artist that a link points to.")
LINKS = (tables.TRACK_ARTISTS, tables.ALBUM_ARTISTS)
_LOCATION = Column(LOCATION, Type.BIGINT, "The encoded location of the object.")
_FRAME_ROWS = 5_000


class Detail(IntEnum):
    """Detail of an object in a response: within a track or album, within an entry, on its own."""

    SIMPLIFIED = 0
    EMBEDDED = 1
    FULL = 2


class RowBuffer:
    """Collects Python values, and moves them into a frame, which takes far less memory, in time.

    `missing` counts the UNSET values by table and column.
    """

    def __init__(self, table: Table, missing: Counter[str]) -> None:
        self._table = table
        self._missing = missing
        names = (ARTIST_NAME,) if table in LINKS else ()
        self._columns = (*table.own_columns, *names, _LOCATION, DETAIL)
        self._values: dict[str, list[Any]] = {column.name: [] for column in self._columns}
        self._frames: list[pl.DataFrame] = []
        self._flush()

    def add(self, locations: Sequence[int], detail: Detail, **columns: Iterable[Any]) -> None:
        """Add one row per location; `columns` are all of the table's own columns."""
        buffered = self._values
        for name, values in columns.items():
            buffered[name].extend(values)
        buffered[LOCATION].extend(locations)
        buffered[DETAIL.name].extend(repeat(int(detail), len(locations)))
        if len(buffered[LOCATION]) >= _FRAME_ROWS:
            self._flush()

    def add_one(self, location: int, detail: Detail, values: dict[str, Any]) -> None:
        """Add one row; columns without a value are null."""
        own = {column.name: (values.get(column.name),) for column in self._table.own_columns}
        self.add((location,), detail, **own)

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
