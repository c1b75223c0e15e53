"""The tables of the raw parts in a bucket."""

import io
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl

from spotify_pipeline.keys import Part
from spotify_pipeline.tables import TABLES
from spotify_pipeline.transform.conversion import read_part
from tests.conftest import Aws

Rows = Counter[tuple[object, ...]]

# Columns that differ between two runs that received the same responses.
_RUN_COLUMNS = {"extracted_at", "raw_key", "line"}


def tables_of(aws: Aws) -> dict[str, Rows]:
    """The rows of each table but `runs` that the raw parts give, run records left out.

    Rows are counted, and lack the columns that differ from run to run.
    """
    tables: dict[str, Rows] = {table.name: Counter() for table in TABLES}
    for table, body in _files(aws):
        tables[table].update(_rows(body))
    del tables["runs"]
    return tables


def rows_of(aws: Aws, table: str) -> list[dict[str, Any]]:
    """The rows of a table that the raw parts give, by run."""
    return [
        row
        for name, body in _files(aws)
        if name == table
        for row in pl.read_parquet(io.BytesIO(body)).to_dicts()
    ]


def _files(aws: Aws) -> Iterator[tuple[str, bytes]]:
    """Names and Parquet files of the tables, part by part."""
    for key in aws.raw_keys():
        part = Part.from_raw_key(key)
        if part.name.isdecimal():
            for table, body in read_part(part, partial(aws.read, key)).files.items():
                yield table.name, body


def _rows(body: bytes) -> Iterator[tuple[object, ...]]:
    frame = pl.read_parquet(io.BytesIO(body))
    for row in frame.drop(_RUN_COLUMNS & set(frame.columns)).iter_rows():
        yield tuple(map(_hashable, row))


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
