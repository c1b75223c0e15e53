"""The regime that the last runs of an environment recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.state.run_records import is_run_record, read_run_record
from spotify_pipeline.keys import RAW_PREFIX
from spotify_pipeline.s3 import list_keys

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_DAYS = 7


def last_regime(s3: S3Client, bucket: str) -> str | None:
    """The newest regime in the run records of the last days; None if there is none."""
    for ago in range(_DAYS):
        day = clock.utc_now() - timedelta(days=ago)
        keys = list_keys(s3, bucket, f"{RAW_PREFIX}ingest_date={day:%Y-%m-%d}/")
        for key in sorted(filter(is_run_record, keys), reverse=True):
            record = read_run_record(s3, bucket, key)
            if record and record.regime:
                return record.regime
    return None
