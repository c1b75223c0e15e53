"""Batches of rows for one table, column by column.

Building the columns of many rows at once takes half the time of single rows. UNSET values go into
the columns unchanged, and the row buffer counts them.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.schema import Column, Table, Type
from spotify_pipeline.transform.locations import LOCATION as _LOCATION_NAME

_Item = TypeVar("_Item")

Columns = Mapping[str, Sequence[Any]]
"""Values of each column, in the order of the rows."""

LINKS = (tables.TRACK_ARTISTS, tables.ALBUM_ARTISTS)
"""Tables that link a track or album to its artists."""

LOCATION = Column(_LOCATION_NAME, Type.BIGINT, "The encoded location of the object.")
DETAIL = Column("_detail", Type.INT, "The `Detail` of the object.")
ARTIST_NAME = Column("_artist_name", Type.STRING, "The name of the artist that a link points to.")


class RowError(Exception):
    """Rows could not be built from a decoded response, because of its `__cause__`."""


class Detail(IntEnum):
    """Detail of an object in a response: within a track or album, within an entry, on its own."""

    SIMPLIFIED = 0
    EMBEDDED = 1
    FULL = 2


class Located(msgspec.Struct, Generic[_Item], gc=False):
    """An object of a response, under the id of its row, with its encoded location."""

    id: str
    item: _Item
    location: int


class RowBatch(NamedTuple):
    """Rows of one table: `columns` are all of its own columns, one value per location.

    `missing` counts fields of objects that have no row because of it, by column.
    """

    table: Table
    locations: Sequence[int]
    detail: Detail
    columns: Columns
    missing: Mapping[str, int] = {}

    def check_lengths(self) -> None:
        """Raises ValueError unless each column has one value per location."""
        if set(map(len, self.columns.values())) != {len(self.locations)}:
            lengths = {name: len(values) for name, values in self.columns.items()}
            raise ValueError(f"{len(self.locations)} rows of {self.table.name} have {lengths}")


def single_row(table: Table, location: int, values: dict[str, Any]) -> RowBatch:
    """A batch of one row from the subject of a response; columns without a value are null."""
    columns = {column.name: (values.get(column.name),) for column in table.own_columns}
    return RowBatch(table, (location,), Detail.FULL, columns)
