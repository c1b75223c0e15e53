"""The regime that the last runs of an environment recorded."""

from __future__ import annotations

import gzip
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from spotify_pipeline.extract import clock
from spotify_pipeline.keys import RAW_PREFIX
from spotify_pipeline.raw import Envelope, RunRecord
from spotify_pipeline.s3 import list_keys, read_object

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_DAYS = 7
_UNREADABLE = (msgspec.MsgspecError, OSError, EOFError, zlib.error)


def last_regime(s3: S3Client, bucket: str) -> str | None:
    """The newest regime in the run records of the last days; None if there is none."""
    for ago in range(_DAYS):
        day = clock.utc_now() - timedelta(days=ago)
        keys = list_keys(s3, bucket, f"{RAW_PREFIX}ingest_date={day:%Y-%m-%d}/")
        for key in sorted((one for one in keys if "/run-" in one), reverse=True):
            if regime := _regime(read_object(s3, bucket, key)):
                return regime
    return None


def _regime(body: bytes | None) -> str | None:
    """The regime in a run record; None if it has none or cannot be read."""
    try:
        envelope = msgspec.json.decode(gzip.decompress(body or b""), type=Envelope)
        return msgspec.json.decode(envelope.body, type=RunRecord).regime
    except _UNREADABLE:
        return None
