"""Converts a raw part into one Parquet file per table, and counts the rows."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import msgspec
import polars as pl

from spotify_pipeline import tables
from spotify_pipeline.keys import Part
from spotify_pipeline.schema import Table
from spotify_pipeline.transform.frames import parquet
from spotify_pipeline.transform.lines import DECODE, ERROR, read_lines
from spotify_pipeline.transform.locations import Origins
from spotify_pipeline.transform.reader import PartReader
from spotify_pipeline.transform.rejection import Rejecter
from spotify_pipeline.transform.validation import validate


class LostEntriesError(Exception):
    """Received entries are not stored plus rejected entries: a bug."""


class Totals(msgspec.Struct):
    """Counts of one part. `received` playlist entries are `stored` plus `rejected`.

    `lines_rejected` counts the lines that could not be read completely: unreadable ones, whose
    entries cannot be counted and are not included, and those stored without an unreadable field.
    `missing` counts the fields that responses lacked although each regime promises them, by column;
    `lost` are the columns whose field at least half of the responses lacked.
    """

    received: int = 0
    stored: int = 0
    rejected: int = 0
    lines_rejected: int = 0
    rows_stored: int = 0
    rows_rejected: int = 0
    missing: dict[str, int] = {}
    lost: list[str] = []


class Outcome(msgspec.Struct):
    """The Parquet file of each table that has rows, and the totals."""

    files: dict[Table, bytes]
    totals: Totals


def read_part(part: Part, fetch: Callable[[], bytes]) -> Outcome:
    """Read, validate and count. `fetch` is called once, and again if a row is rejected.

    Raises an error if the part is unreadable as a whole, and LostEntriesError if the counts do not
    add up.
    """
    reader = PartReader(part)
    reader.read(read_lines(fetch()))
    with ThreadPoolExecutor(1) as writer:
        conversion = _Conversion(part, fetch, reader, writer)
        conversion.run()
        totals = _totals(reader, conversion.counts, conversion.rejected)
        if totals.received != totals.stored + totals.rejected:
            raise LostEntriesError(f"{part.raw_key}: {totals}")
        return Outcome(conversion.files(), totals)


class _Conversion:
    """Converts the tables one by one: a file takes a third of the memory of its rows.

    While `writer` writes the file of one table, the next one is validated.
    """

    def __init__(
        self, part: Part, fetch: Callable[[], bytes], reader: PartReader, writer: Executor
    ) -> None:
        self.counts: dict[Table, int] = {}
        self.rejected = pl.DataFrame()
        self._writer = writer
        self._files: dict[Table, Future[bytes]] = {}
        self._rejecter = Rejecter(part, reader.rows, fetch)
        self._rows = reader.rows
        self._origins = Origins(reader.origins)

    def run(self) -> None:
        """Convert all tables; rejected rows last, since every other table can add some."""
        for table in tables.TABLES:
            if table not in (tables.PLAYLIST_ITEMS, tables.PLAYLISTS, tables.REJECTED):
                self._save(table, self._valid_rows(table))
        items = self._valid_rows(tables.PLAYLIST_ITEMS)
        walks = items.group_by("playlist_id").agg(pl.len(), pl.first("snapshot_id"))
        self._save(tables.PLAYLIST_ITEMS, items)
        playlists = self._valid_rows(tables.PLAYLISTS)
        self._save(tables.PLAYLISTS, _with_walks(playlists, walks))
        self.rejected = self._all(tables.REJECTED)
        for failure in self._rows.failures(tables.REJECTED):
            raise failure.error
        self._save(tables.REJECTED, self.rejected)

    def files(self) -> dict[Table, bytes]:
        return {table: file.result() for table, file in self._files.items()}

    def _all(self, table: Table) -> pl.DataFrame:
        return self._origins.add_to(self._rows.frame(table))

    def _valid_rows(self, table: Table) -> pl.DataFrame:
        """Return the rows to store; those that break a rule or failed become rows of `rejected`."""
        valid, invalid = validate(table, self._all(table))
        failures = self._rows.failures(table)
        if len(invalid) or failures:
            self._rejecter.reject(table, invalid, failures)
        return valid

    def _save(self, table: Table, rows: pl.DataFrame) -> None:
        self.counts[table] = len(rows)
        if len(rows):
            columns = [column.name for column in table.columns]
            self._files[table] = self._writer.submit(parquet, rows.select(columns))


def _with_walks(playlists: pl.DataFrame, walks: pl.DataFrame) -> pl.DataFrame:
    """Set the number of stored entries, and the walk's snapshot where the metadata has none."""
    found = playlists.select("playlist_id").join(
        walks, on="playlist_id", how="left", maintain_order="left"
    )
    return playlists.with_columns(
        stored_entries=found["len"].fill_null(0).cast(pl.Int32),
        snapshot_id=pl.coalesce("snapshot_id", found["snapshot_id"]),
    )


def _totals(reader: PartReader, counts: dict[Table, int], rejected: pl.DataFrame) -> Totals:
    entries = rejected.filter(
        pl.col("table_name") == tables.PLAYLIST_ITEMS.name, pl.col("position").is_not_null()
    )
    incomplete_lines = rejected.filter(
        pl.col("position").is_null(), pl.col("rule").is_in([DECODE, ERROR])
    )
    missing = dict(+reader.rows.missing)
    rows = {table.name: number for table, number in counts.items()}
    return Totals(
        received=reader.received,
        stored=counts[tables.PLAYLIST_ITEMS],
        rejected=len(entries),
        lines_rejected=incomplete_lines["line"].n_unique(),
        rows_stored=sum(counts.values()) - len(rejected),
        rows_rejected=len(rejected),
        missing=missing,
        lost=sorted(_lost(missing, rows, reader.received)),
    )


def _lost(missing: dict[str, int], rows: dict[str, int], entries: int) -> Iterator[str]:
    """Columns whose field at least half of the responses lacked.

    A playlist has one response; other responses come with the entries, or are rows of a part
    without entries.
    """
    for column, count in missing.items():
        table = column.partition(".")[0]
        responses = rows[table]
        if table != tables.PLAYLISTS.name:
            responses = max(responses, entries)
        if 2 * count >= responses:
            yield column
