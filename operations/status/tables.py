"""The Parquet files of the last days: raw parts without any, and the rows of a day."""

from __future__ import annotations

import io
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import polars as pl

from operations.runs.records import first_kind
from operations.status.model import DayRows, Untransformed
from spotify_pipeline.extract.state.run_records import UNREADABLE
from spotify_pipeline.keys import TRANSFORMED_PREFIX
from spotify_pipeline.raw import PURGED
from spotify_pipeline.s3 import list_keys, read_object
from spotify_pipeline.tables import PARTITION_KEY, TABLES

if TYPE_CHECKING:
    from collections.abc import Collection
    from concurrent.futures import Executor
    from datetime import date

    from types_boto3_s3 import S3Client

    from operations.status.raw_data import RawData

_TAIL_BYTES = 65_536
_LENGTH_BYTES = 8
"""A Parquet file ends with the length of its footer in four bytes, and four bytes of magic."""


Files = dict[tuple[str, "date"], list[str]]
"""Keys by table and day."""


def read_files(s3: S3Client, bucket: str, days: Collection[date], pool: Executor) -> Files:
    """The keys of all Parquet files of these days."""
    places = list(product([table.name for table in TABLES], days))

    def keys_of(place: tuple[str, date]) -> list[str]:
        table, day = place
        prefix = f"{TRANSFORMED_PREFIX}{table}/{PARTITION_KEY.name}={day}/"
        return list(list_keys(s3, bucket, prefix))

    return dict(zip(places, pool.map(keys_of, places), strict=True))


def read_untransformed(
    s3: S3Client,
    bucket: str,
    raw: RawData,
    files: Files,
    dead: Collection[str],
    pool: Executor,
) -> Untransformed:
    """Raw parts of the last days without a Parquet file; `dead` are the keys of dead letters.

    The objects show it, since SQS does not tell the age of its messages, and a lost event is in no
    queue.
    """
    written = {key.rpartition("/")[2] for keys in files.values() for key in keys}
    missing = [
        found
        for part, found in raw.recent_parts()
        if part.file_name not in written and found.key not in dead
    ]
    have_rows = pool.map(partial(_has_rows, s3, bucket), [found.key for found in missing])
    waiting = [found for found, has_rows in zip(missing, have_rows, strict=True) if has_rows]
    if not waiting:
        return Untransformed(0)
    oldest = min(waiting, key=lambda one: one.last_modified)
    return Untransformed(len(waiting), oldest.key, oldest.last_modified)


def _has_rows(s3: S3Client, bucket: str, key: str) -> bool:
    """False for a part of which everything was purged, or that is gone. True if unreadable."""
    body = read_object(s3, bucket, key)
    try:
        return body is not None and first_kind(body) != PURGED
    except UNREADABLE:
        return True


def read_last_rows(
    s3: S3Client, bucket: str, raw: RawData, files: Files, pool: Executor
) -> DayRows | None:
    """Rows of the last day with raw data, from the ends of its files: one small request for each.

    Athena would bill each count. None if nothing was extracted yet.
    """
    if not raw.days:
        return None
    day = raw.days[-1]
    keys = [(table.name, key) for table in TABLES for key in files[table.name, day]]
    counts = pool.map(partial(_rows, s3, bucket), [key for _, key in keys])
    tables = {table.name: 0 for table in TABLES}
    for (table, _), rows in zip(keys, counts, strict=True):
        tables[table] += rows
    return DayRows(day, tables)


def _rows(s3: S3Client, bucket: str, key: str) -> int:
    """The number of rows that the footer of a Parquet file states."""
    end = _read_end(s3, bucket, key, _TAIL_BYTES)
    footer = int.from_bytes(end[-_LENGTH_BYTES:-4], "little") + _LENGTH_BYTES
    if footer > len(end):
        end = _read_end(s3, bucket, key, footer)
    count: int = pl.scan_parquet(io.BytesIO(end)).select(pl.len()).collect().item()
    return count


def _read_end(s3: S3Client, bucket: str, key: str, size: int) -> bytes:
    response = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=-{size}")
    return response["Body"].read()
