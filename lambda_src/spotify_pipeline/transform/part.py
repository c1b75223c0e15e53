"""Transforms one raw part into the Parquet files that carry its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spotify_pipeline.keys import Part
from spotify_pipeline.tables import TABLES
from spotify_pipeline.transform.conversion import Totals, read_part

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def transform_part(s3: S3Client, bucket: str, raw_key: str) -> Totals:
    """Write the part's files, and delete those of an earlier transform that it no longer has.

    Files are written in the order of the table declarations, `playlists` after the tables it
    refers to, and deleted in reverse: a playlist never refers to missing entries. Raises
    ForeignKeyError for a key that is not a raw part's, and another error if the part is unreadable
    as a whole: a missing object, or a damaged gzip stream.
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
