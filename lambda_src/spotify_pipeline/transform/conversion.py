"""Converts a raw part into one Parquet file per table, and counts the rows."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import msgspec
import polars as pl

from spotify_pipeline import tables
from spotify_pipeline.keys import Part
from spotify_pipeline.schema import Table
from spotify_pipeline.transform.frames import parquet, schema
from spotify_pipeline.transform.lines import Line, read_lines
from spotify_pipeline.transform.locations import LOCATION, Location, Origins, decode
from spotify_pipeline.transform.pages import text_at
from spotify_pipeline.transform.reader import PartReader
from spotify_pipeline.transform.validation import BROKEN_RULE, reason, validate


class LostEntriesError(Exception):
    """Received entries are not stored plus rejected entries: a bug."""


class Totals(msgspec.Struct):
    """Counts of one part. `received` playlist entries are `stored` plus `rejected`.

    Unreadable lines are not included: their entries cannot be counted. `missing` counts the fields
    that responses lacked although each regime promises them, by column.
    """

    received: int = 0
    stored: int = 0
    rejected: int = 0
    lines_rejected: int = 0
    rows_stored: int = 0
    rows_rejected: int = 0
    missing: dict[str, int] = {}


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
        self._part = part
        self._fetch = fetch
        self._rows = reader.rows
        self._origins = Origins(reader.origins)

    def run(self) -> None:
        """Convert all tables; rejected rows last, since every other table can add some."""
        for table in tables.TABLES:
            if table not in (tables.PLAYLIST_ITEMS, tables.PLAYLISTS, tables.REJECTED):
                self._save(table, self._valid_rows(table))
        items = self._valid_rows(tables.PLAYLIST_ITEMS)
        stored = items.group_by("playlist_id").len()
        self._save(tables.PLAYLIST_ITEMS, items)
        playlists = self._valid_rows(tables.PLAYLISTS)
        self._save(tables.PLAYLISTS, _with_stored_entries(playlists, stored))
        self.rejected = self._all(tables.REJECTED)
        self._save(tables.REJECTED, self.rejected)

    def files(self) -> dict[Table, bytes]:
        return {table: file.result() for table, file in self._files.items()}

    def _all(self, table: Table) -> pl.DataFrame:
        return self._origins.add_to(self._rows.frame(table))

    def _valid_rows(self, table: Table) -> pl.DataFrame:
        """Return the rows to store; those that break a rule become rows of `rejected`."""
        valid, invalid = validate(table, self._all(table))
        if len(invalid):
            self._reject(table, invalid)
        return valid

    def _save(self, table: Table, rows: pl.DataFrame) -> None:
        self.counts[table] = len(rows)
        if len(rows):
            columns = [column.name for column in table.columns]
            self._files[table] = self._writer.submit(parquet, rows.select(columns))

    def _reject(self, table: Table, invalid: pl.DataFrame) -> None:
        """Add rejected rows. The part is fetched again for the text: neither is kept in memory."""
        places = [decode(location) for location in invalid[LOCATION]]
        # Timestamps can exceed Python's datetime range, and no reason quotes one.
        shown = invalid.select(pl.exclude(schema(table)["extracted_at"]))
        texts = _texts(read_lines(self._fetch()), places)
        for row, (number, position) in zip(shown.iter_rows(named=True), places, strict=True):
            Line(self._part.raw_key, number, self._rows).reject(
                table,
                reason(row[BROKEN_RULE], table, row),
                texts[number, position],
                position,
                rule=row[BROKEN_RULE],
                row_key="/".join(str(row[column]) for column in table.key),
            )


def _texts(lines: Iterable[bytes], places: list[Location]) -> dict[tuple[int, int | None], bytes]:
    """The text at each place: a line, and a position on it."""
    wanted: dict[int, set[int | None]] = {}
    for line, position in places:
        wanted.setdefault(line, set()).add(position)
    return {
        (number, position): text_at(line, position)
        for number, line in enumerate(lines, start=1)
        for position in wanted.get(number, ())
    }


def _with_stored_entries(playlists: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    counted = pl.col("playlist_id").replace_strict(
        stored["playlist_id"], stored["len"], default=0, return_dtype=pl.Int32
    )
    return playlists.with_columns(stored_entries=counted)


def _totals(reader: PartReader, counts: dict[Table, int], rejected: pl.DataFrame) -> Totals:
    entries = rejected.filter(
        pl.col("table_name") == tables.PLAYLIST_ITEMS.name, pl.col("position").is_not_null()
    )
    return Totals(
        received=reader.received,
        stored=counts[tables.PLAYLIST_ITEMS],
        rejected=len(entries),
        lines_rejected=reader.lines_rejected,
        rows_stored=sum(counts.values()) - len(rejected),
        rows_rejected=len(rejected),
        missing=dict(+reader.rows.missing),
    )
