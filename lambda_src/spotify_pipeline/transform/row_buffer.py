"""The rows of one table while a part is read: column by column, every so many as a frame."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import repeat
from typing import Any

import polars as pl
from msgspec import UNSET

from spotify_pipeline import tables
from spotify_pipeline.tables import Column, Table, Type
from spotify_pipeline.transform.frames import series

SOURCE = Column("_source", Type.BIGINT, "Where the row comes from, as `sources.source` gives it.")
DEPTH = Column("_depth", Type.INT, "A `Depth`.")
NAME = Column("_name", Type.STRING, "What a link says in passing of its artist: the name.")
LINKS = (tables.TRACK_ARTISTS, tables.ALBUM_ARTISTS)
_AT_ONCE = 5_000


class Depth(IntEnum):
    """How much an answer says of a thing: in passing, as part of an entry, or as its subject."""

    NAMED = 0
    EMBEDDED = 1
    SUBJECT = 2


class RowBuffer:
    """Python values at first; every so many rows become a frame, which takes far less memory.

    `missing` counts the values that are UNSET, by table and column.
    """

    def __init__(self, table: Table, missing: Counter[str]) -> None:
        self._table = table
        self._missing = missing
        names = (NAME,) if table in LINKS else ()
        self._columns = (*table.own_columns, *names, SOURCE, DEPTH)
        self._new: dict[str, list[Any]] = {column.name: [] for column in self._columns}
        self._frames = [self._frame()]

    def add(self, sources: Sequence[int], depth: Depth, **columns: Iterable[Any]) -> None:
        """Rows from these sources, by all of the table's own columns."""
        new = self._new
        for name, values in columns.items():
            new[name].extend(values)
        new[SOURCE.name].extend(sources)
        new[DEPTH.name].extend(repeat(int(depth), len(sources)))
        if len(new[SOURCE.name]) >= _AT_ONCE:
            self._frames.append(self._frame())

    def add_one(self, source: int, depth: Depth, values: dict[str, Any]) -> None:
        """One row; a column that is not given is null."""
        own = {column.name: (values.get(column.name),) for column in self._table.own_columns}
        self.add((source,), depth, **own)

    def look(self) -> pl.DataFrame:
        """All rows so far."""
        self._frames.append(self._frame())
        return pl.concat(self._frames, rechunk=False)

    def frame(self) -> pl.DataFrame:
        """All rows, which are then no longer held here."""
        rows, self._frames = self.look(), []
        return rows

    def _frame(self) -> pl.DataFrame:
        made = pl.DataFrame([self._series(c, self._new[c.name]) for c in self._columns])
        for values in self._new.values():
            values.clear()
        return made

    def _series(self, column: Column, values: list[Any]) -> pl.Series:
        try:
            return series(column.name, column.type, values)
        except (TypeError, ValueError):
            if not (missing := values.count(UNSET)):
                raise
        name = "artists.name" if column is NAME else f"{self._table.name}.{column.name}"
        self._missing[name] += missing
        known = [None if value is UNSET else value for value in values]
        return series(column.name, column.type, known)
