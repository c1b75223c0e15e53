"""The rows of one part, by table."""

from collections import Counter
from collections.abc import Iterable

import polars as pl

from spotify_pipeline import tables
from spotify_pipeline.schema import Table
from spotify_pipeline.transform.rows.batch import (
    ARTIST_NAME,
    DETAIL,
    LINKS,
    LOCATION,
    RowBatch,
    RowError,
)
from spotify_pipeline.transform.rows.buffer import Failure, RowBuffer


class PartRows:
    """The rows of one part as responses describe them: an object may have several rows.

    `missing` counts the fields that responses lacked although each regime promises them, by column.
    """

    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()
        self._buffers = {table: RowBuffer(table, self.missing) for table in tables.TABLES}

    def add(self, batches: Iterable[RowBatch]) -> None:
        """Add all rows. Raises RowError, and adds none, if one of the batches cannot be built."""
        try:
            built = list(batches)
            for batch in built:
                batch.check_lengths()
        except MemoryError:
            raise
        except Exception as error:
            raise RowError from error
        for batch in built:
            self._buffers[batch.table].add(batch)
            if batch.missing:
                self.missing.update(batch.missing)

    def frame(self, table: Table) -> pl.DataFrame:
        """Return the rows of a table and release them."""
        rows = self._buffers[table].take()
        if table is not tables.ARTISTS:
            return rows
        return pl.concat([rows, *map(self._linked_artists, LINKS)], how="diagonal")

    def failures(self, table: Table) -> list[Failure]:
        """The rows of a table that its frame lacks because their values cannot be converted."""
        return self._buffers[table].failures

    def _linked_artists(self, links: Table) -> pl.DataFrame:
        """Rows of artists from the links to them: tracks and albums name their artists."""
        return (
            self._buffers[links]
            .peek()
            .select("artist_id", LOCATION.name, DETAIL.name, name=ARTIST_NAME.name)
        )
