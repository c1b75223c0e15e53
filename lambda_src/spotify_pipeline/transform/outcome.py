"""What a raw part comes to: a Parquet file for each table, and how many rows are in it."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import msgspec
import polars as pl

from spotify_pipeline import tables
from spotify_pipeline.keys import Part
from spotify_pipeline.schema import Table
from spotify_pipeline.transform.frames import parquet, schema
from spotify_pipeline.transform.line import Line
from spotify_pipeline.transform.lines import lines
from spotify_pipeline.transform.locations import place
from spotify_pipeline.transform.pages import text_at
from spotify_pipeline.transform.reader import PartReader
from spotify_pipeline.transform.row_buffer import SOURCE
from spotify_pipeline.transform.settling import Origins, settle
from spotify_pipeline.transform.validation import BROKEN, reason


class LostEntriesError(Exception):
    """Entries received are not entries stored plus rejected: a fault of this program."""


class Totals(msgspec.Struct):
    """Of one part. `received` entries of playlists are `stored` plus `rejected`.

    Lines that could not be read at all are not among them: what they held cannot be counted.
    `missing` are fields that answers should hold and did not, by column, with how often.
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
    """Read, check and count. `fetch` gets the part: once, and again if any of it is rejected.

    Raises what makes the part unreadable as a whole, and LostEntriesError if the counts do not
    add up.
    """
    reader = PartReader(part)
    reader.read(lines(fetch()))
    with ThreadPoolExecutor(1) as writer:
        settlement = _Settlement(part, fetch, reader, writer)
        settlement.settle()
        totals = _totals(reader, settlement.counts, settlement.rejected)
        if totals.received != totals.stored + totals.rejected:
            raise LostEntriesError(f"{part.raw_key}: {totals}")
        return Outcome(settlement.files(), totals)


class _Settlement:
    """Settles a part's tables one by one: a table's file takes a third of its rows' memory.

    While `writer` makes the file of one table, the next one is settled.
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

    def settle(self) -> None:
        """All tables; the rejected rows last, since any other may add to them."""
        for table in tables.TABLES:
            if table not in (tables.PLAYLIST_ITEMS, tables.PLAYLISTS, tables.REJECTED):
                self._keep(table, self._settled(table))
        items = self._settled(tables.PLAYLIST_ITEMS)
        stored = items.group_by("playlist_id").len()
        self._keep(tables.PLAYLIST_ITEMS, items)
        playlists = self._settled(tables.PLAYLISTS)
        self._keep(tables.PLAYLISTS, _with_stored_entries(playlists, stored))
        self.rejected = self._all(tables.REJECTED)
        self._keep(tables.REJECTED, self.rejected)

    def files(self) -> dict[Table, bytes]:
        return {table: file.result() for table, file in self._files.items()}

    def _all(self, table: Table) -> pl.DataFrame:
        return self._origins.add_to(table, self._rows.frame(table))

    def _settled(self, table: Table) -> pl.DataFrame:
        """The rows to store; those that break a rule become rows of `rejected`."""
        kept, broken = settle(table, self._all(table))
        if len(broken):
            self._reject(table, broken)
        return kept

    def _keep(self, table: Table, rows: pl.DataFrame) -> None:
        self.counts[table] = len(rows)
        if len(rows):
            columns = [column.name for column in table.columns]
            self._files[table] = self._writer.submit(parquet, rows.select(columns))

    def _reject(self, table: Table, broken: pl.DataFrame) -> None:
        """The part is got and read once more for the text: neither is kept in memory."""
        places = [place(number) for number in broken[SOURCE.name]]
        # Times may lie outside the years that Python knows, and no reason tells of one.
        told = broken.select(pl.exclude(schema(table)["extracted_at"]))
        texts = _texts(lines(self._fetch()), places)
        for row, (number, position) in zip(told.iter_rows(named=True), places, strict=True):
            Line(self._part.raw_key, number, self._rows).reject(
                table,
                reason(row[BROKEN], table, row),
                texts[number, position],
                position,
                rule=row[BROKEN],
                row_key="/".join(str(row[column]) for column in table.key),
            )


def _texts(
    lines: Iterable[bytes], places: list[tuple[int, int | None]]
) -> dict[tuple[int, int | None], bytes]:
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
