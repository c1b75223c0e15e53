"""Transforming one raw part: from its S3 object to the Parquet files that carry its name."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from spotify_pipeline.layout import Part
from spotify_pipeline.tables import TABLES
from spotify_pipeline.transform.frames import frame, parquet
from spotify_pipeline.transform.part import PartReader, Totals

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def transform(s3: S3Client, bucket: str, raw_key: str) -> Totals:
    """Write what the part yields, and delete what it no longer yields.

    Tables are written in the contract's order, `playlists` after what it points to. Raises
    what makes the part unreadable as a whole: no such object, or a damaged gzip stream.
    """
    part = Part.from_raw_key(raw_key)
    reader = PartReader(part)
    body = s3.get_object(Bucket=bucket, Key=raw_key)["Body"]
    with gzip.open(body) as lines:
        reader.read(lines)
    for table in TABLES:
        key = part.table_key(table.name)
        if rows := reader.rows.of(table):
            s3.put_object(Bucket=bucket, Key=key, Body=parquet(frame(table, rows)))
        else:
            s3.delete_object(Bucket=bucket, Key=key)
    return reader.totals
