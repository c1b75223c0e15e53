"""Transforming one raw part: from its S3 object to the Parquet files that carry its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spotify_pipeline.keys import Part
from spotify_pipeline.tables import TABLES
from spotify_pipeline.transform.outcome import Totals, read_part

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def transform(s3: S3Client, bucket: str, raw_key: str) -> Totals:
    """Write what the part yields, and delete what it no longer yields.

    Files are written in the contract's order, `playlists` after what it points to, and deleted
    in the opposite one: at no moment does a playlist point to entries that are not there. Raises
    what makes the part unreadable as a whole: no such object, or a damaged gzip stream.
    """
    part = Part.from_raw_key(raw_key)

    def fetch() -> bytes:
        return s3.get_object(Bucket=bucket, Key=raw_key)["Body"].read()

    outcome = read_part(part, fetch)
    for table in TABLES:
        if file := outcome.files.get(table):
            s3.put_object(Bucket=bucket, Key=part.table_key(table.name), Body=file)
    for table in reversed(TABLES):
        if table not in outcome.files:
            s3.delete_object(Bucket=bucket, Key=part.table_key(table.name))
    return outcome.totals
