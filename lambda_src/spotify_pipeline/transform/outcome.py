"""What a raw part comes to: a Parquet file for each table, and how many rows are in it."""

from collections.abc import Iterable

import msgspec
import polars as pl

from spotify_pipeline import tables
from spotify_pipeline.contract import Table
from spotify_pipeline.layout import Part
from spotify_pipeline.transform.checks import BROKEN, reason
from spotify_pipeline.transform.frames import parquet, schema
from spotify_pipeline.transform.gathered import SOURCE
from spotify_pipeline.transform.line import Line
from spotify_pipeline.transform.lines import lines
from spotify_pipeline.transform.pages import text_at
from spotify_pipeline.transform.part import PartReader
from spotify_pipeline.transform.settling import Origins, settle
from spotify_pipeline.transform.sources import place


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


def read_part(part: Part, compressed: bytes) -> Outcome:
    """Read, check and count.

    Raises what makes the part unreadable as a whole, and LostEntriesError if the counts do not
    add up.
    """
    reader = PartReader(part)
    reader.read(lines(compressed))
    settlement = _Settlement(part, compressed, reader)
    for table in tables.TABLES:
        if table not in (tables.PLAYLIST_ITEMS, tables.PLAYLISTS, tables.REJECTED):
            settlement.keep(table, settlement.settled(table))
    items = settlement.settled(tables.PLAYLIST_ITEMS)
    stored = items.group_by("playlist_id").len()
    settlement.keep(tables.PLAYLIST_ITEMS, items)
    playlists = settlement.settled(tables.PLAYLISTS)
    settlement.keep(tables.PLAYLISTS, _with_stored_entries(playlists, stored))
    rejected = settlement.rows(tables.REJECTED)
    settlement.keep(tables.REJECTED, rejected)
    totals = _totals(reader, settlement.counts, rejected)
    if totals.received != totals.stored + totals.rejected:
        raise LostEntriesError(f"{part.raw_key}: {totals}")
    return Outcome(settlement.files, totals)


class _Settlement:
    """Settles a part's tables one by one: a table's file takes a third of its rows' memory."""

    def __init__(self, part: Part, compressed: bytes, reader: PartReader) -> None:
        self.files: dict[Table, bytes] = {}
        self.counts: dict[Table, int] = {}
        self._part = part
        self._compressed = compressed
        self._rows = reader.rows
        self._origins = Origins(reader.origins)

    def rows(self, table: Table) -> pl.DataFrame:
        return self._origins.add_to(table, self._rows.frame(table))

    def settled(self, table: Table) -> pl.DataFrame:
        """The rows to store; those that break a rule become rows of `rejected`."""
        kept, broken = settle(table, self.rows(table))
        if len(broken):
            self._reject(table, broken)
        return kept

    def keep(self, table: Table, rows: pl.DataFrame) -> None:
        self.counts[table] = len(rows)
        if len(rows):
            columns = [column.name for column in table.columns]
            self.files[table] = parquet(rows.select(columns))

    def _reject(self, table: Table, broken: pl.DataFrame) -> None:
        """The part is read once more for the text: it is not kept in memory."""
        places = [place(number) for number in broken[SOURCE.name]]
        # Times may lie outside the years that Python knows, and no reason tells of one.
        told = broken.select(pl.exclude(schema(table)["extracted_at"]))
        texts = _texts(lines(self._compressed), places)
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
