"""Reads single records of raw parts: run records, and the first record of any part."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING

import msgspec

from spotify_pipeline.raw import Envelope, RunRecord
from spotify_pipeline.s3 import read_object

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

UNREADABLE = (msgspec.MsgspecError, OSError, EOFError, zlib.error)
"""Errors of a damaged raw part."""


def is_run_record(key: str) -> bool:
    """True for the raw key of a run record."""
    return "/run-" in key


def read_run_record(s3: S3Client, bucket: str, key: str) -> RunRecord | None:
    """A run record; None if it is missing or damaged."""
    body = read_object(s3, bucket, key)
    try:
        envelope = msgspec.json.decode(gzip.decompress(body or b""), type=Envelope)
        return msgspec.json.decode(envelope.body, type=RunRecord)
    except UNREADABLE:
        return None


def first_kind(body: bytes) -> str:
    """The kind of a raw part's first record. Raises one of UNREADABLE."""
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as lines:
        return msgspec.json.decode(lines.readline(), type=Envelope).kind
