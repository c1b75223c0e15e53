"""The tables that the raw parts in a bucket make."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from spotify_pipeline.keys import Part
from spotify_pipeline.tables import TABLES
from spotify_pipeline.transform.part import transform

Rows = Counter[tuple[Any, ...]]

# What differs between two runs that received the same.
_OF_THE_RUN = {"extracted_at", "raw_key", "line"}


def tables_of(aws: Any) -> dict[str, Rows]:
    """Rows of every table but `runs`, with how often each is there; times of answers left out.

    Every raw part that is in the bucket, run records aside, is transformed for that.
    """
    for key in aws.raw_keys():
        if Part.from_raw_key(key).name.isdecimal():
            transform(aws.s3, aws.bucket, key)
    tables: dict[str, Rows] = {table.name: Counter() for table in TABLES}
    for key, body in aws.transformed().items():
        tables[key.split("/")[1]].update(_rows(body))
    del tables["runs"]
    return tables


def _rows(body: bytes) -> Iterator[tuple[Any, ...]]:
    frame = pl.read_parquet(io.BytesIO(body))
    for row in frame.drop(_OF_THE_RUN & set(frame.columns)).iter_rows():
        yield tuple(map(_hashable, row))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
