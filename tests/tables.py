"""The tables of the raw parts in a bucket."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from spotify_pipeline.keys import TRANSFORMED_PREFIX, Part
from spotify_pipeline.tables import TABLES
from spotify_pipeline.transform.part import transform_part
from tests.conftest import Aws

Rows = Counter[tuple[object, ...]]

# Columns that differ between two runs that received the same responses.
_RUN_COLUMNS = {"extracted_at", "raw_key", "line"}


def tables_of(aws: Aws) -> dict[str, Rows]:
    """Transform every raw part but run records; return the rows of each table but `runs`.

    Rows are counted, and lack the columns that differ from run to run.
    """
    _transform(aws)
    tables: dict[str, Rows] = {table.name: Counter() for table in TABLES}
    for key, body in aws.transformed().items():
        tables[key.split("/")[1]].update(_rows(body))
    del tables["runs"]
    return tables


def rows_of(aws: Aws, table: str) -> list[dict[str, Any]]:
    """Transform every raw part but run records; return the rows of a table by run."""
    _transform(aws)
    files = aws.objects(f"{TRANSFORMED_PREFIX}{table}/")
    return [row for file in files.values() for row in pl.read_parquet(io.BytesIO(file)).to_dicts()]


def _transform(aws: Aws) -> None:
    for key in aws.raw_keys():
        if Part.from_raw_key(key).name.isdecimal():
            transform_part(aws.s3, aws.bucket, key)


def _rows(body: bytes) -> Iterator[tuple[object, ...]]:
    frame = pl.read_parquet(io.BytesIO(body))
    for row in frame.drop(_RUN_COLUMNS & set(frame.columns)).iter_rows():
        yield tuple(map(_hashable, row))


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
