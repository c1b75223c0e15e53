"""Locations in a raw part, each as one integer that fits a column of rows."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from spotify_pipeline.schema import Type
from spotify_pipeline.transform.frames import series

_LINE_STRIDE = 1 << 32
"""Difference between the encoded locations of two successive lines."""

LOCATION = "_location"
"""Column of encoded locations; never stored."""

Origin = tuple[str, float | None]
"""run_id, and extracted_at in seconds since 1970; None if unknown."""


class Location(NamedTuple):
    """`line` counts from 1; `position` counts from 0 and is None for a whole line."""

    line: int
    position: int | None


def encode(line: int, position: int | None = None) -> int:
    if position is None:
        return line * _LINE_STRIDE
    return line * _LINE_STRIDE + position + 1


def decode(location: int) -> Location:
    line, offset = divmod(location, _LINE_STRIDE)
    return Location(line, offset - 1 if offset else None)


class Origins:
    """The run and the fetch time of every line of a part."""

    def __init__(self, origins: Sequence[Origin]) -> None:
        run_ids, times = zip(*origins, strict=True)
        self._run_ids = pl.Series(run_ids, dtype=pl.String)
        self._times = series("extracted_at", Type.TIMESTAMP, times)

    def add_to(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add `extracted_at` and, unless the rows have it already, `run_id`."""
        lines = (pl.col(LOCATION) // _LINE_STRIDE - 1).cast(pl.UInt32)
        index = rows.select(lines).to_series()
        added = {"extracted_at": self._times.gather(index)}
        if "run_id" not in rows.columns:
            added["run_id"] = self._run_ids.gather(index)
        return rows.with_columns(**added)
