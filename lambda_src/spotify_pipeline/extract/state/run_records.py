"""Reads run records."""

from __future__ import annotations

import gzip
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
    try:
        return decode_run_record(read_object(s3, bucket, key) or b"")
    except UNREADABLE:
        return None


def decode_run_record(body: bytes) -> RunRecord:
    """The run record in an object's content. Raises one of UNREADABLE."""
    envelope = msgspec.json.decode(gzip.decompress(body), type=Envelope)
    return msgspec.json.decode(envelope.body, type=RunRecord)
