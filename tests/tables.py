"""The tables that the raw parts in a bucket make."""

import io
from collections import Counter
from typing import Any

import polars as pl

from spotify_pipeline.tables import TABLES
from spotify_pipeline.transform.transform import transform

Rows = Counter[tuple[Any, ...]]

# What differs between two runs that received the same.
_OF_THE_RUN = {"extracted_at", "raw_key", "line"}


def tables_of(aws: Any) -> dict[str, Rows]:
    """Rows of every table but `runs`, with how often each is there; times of answers left out.

    Every raw part that is in the bucket is transformed for that.
    """
    for key in aws.raw_keys():
        transform(aws.s3, aws.bucket, key)
    return {table.name: _rows(aws, table.name) for table in TABLES if table.name != "runs"}


def _rows(aws: Any, table: str) -> Rows:
    rows: Rows = Counter()
    for key, body in aws.transformed().items():
        if key.startswith(f"transformed-data/{table}/"):
            frame = pl.read_parquet(io.BytesIO(body))
            kept = frame.drop(_OF_THE_RUN & set(frame.columns))
            rows.update(tuple(map(_hashable, row)) for row in kept.iter_rows())
    return rows


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
