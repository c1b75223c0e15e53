"""Checkpoints of a run: progress that an interrupted attempt leaves to the next one."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, TypeVar

import msgspec
from aws_lambda_powertools import Logger

from spotify_pipeline.extract.decoding import UnreadableError, decode
from spotify_pipeline.s3 import read_object

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Progress = TypeVar("Progress", bound=msgspec.Struct)

_LEVEL = 4
"""As of raw parts: a large checkpoint takes a fraction of the time of the default level."""

logger = Logger(child=True)


def read_checkpoint(s3: S3Client, bucket: str, key: str, shape: type[Progress]) -> Progress:
    """The stored progress; empty if there is none, or a damaged one."""
    body = read_object(s3, bucket, key)
    if body is None:
        return shape()
    try:
        return decode(gzip.decompress(body), shape)
    except (OSError, EOFError, zlib.error, UnreadableError) as error:
        logger.warning(
            "checkpoint is damaged: what it held is requested again",
            extra={"key": key, "fault": str(error)},
        )
        return shape()


def save_checkpoint(s3: S3Client, bucket: str, key: str, progress: msgspec.Struct) -> None:
    """Store progress for the next attempt. Concurrent attempts may overwrite it."""
    body = gzip.compress(msgspec.json.encode(progress), _LEVEL, mtime=0)
    s3.put_object(Bucket=bucket, Key=key, Body=body)
