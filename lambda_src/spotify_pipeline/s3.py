"""Listing, and conditional reads and writes, of S3 objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from types_boto3_s3 import S3Client

_ABSENT = {"NoSuchKey", "404", "NotFound"}

# A conditional write whose condition failed (412), or that met a concurrent one (409).
_LOST = {"PreconditionFailed", "ConditionalRequestConflict"}


class Version(NamedTuple):
    """An object's content, and the ETag that identifies it in a conditional write."""

    body: bytes
    etag: str


def list_keys(s3: S3Client, bucket: str, prefix: str = "", after: str = "") -> Iterator[str]:
    """Yield every key below `prefix` and behind `after`, in S3's order."""
    paginator = s3.get_paginator("list_objects_v2")
    for page in paginator.paginate(Bucket=bucket, Prefix=prefix, StartAfter=after):
        for item in page.get("Contents", []):
            yield item["Key"]


def read_version(s3: S3Client, bucket: str, key: str) -> Version | None:
    """Return an object with its ETag, or None if it does not exist."""
    try:
        response = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if _code(error) in _ABSENT:
            return None
        raise
    return Version(response["Body"].read(), response["ETag"])


def read_object(s3: S3Client, bucket: str, key: str) -> bytes | None:
    """Return an object's content, or None if it does not exist."""
    version = read_version(s3, bucket, key)
    return version.body if version else None


def read_metadata(s3: S3Client, bucket: str, key: str) -> dict[str, str] | None:
    """Return an object's user metadata, or None if it does not exist."""
    try:
        return s3.head_object(Bucket=bucket, Key=key)["Metadata"]
    except ClientError as error:
        if _code(error) in _ABSENT:
            return None
        raise


def create_object(
    s3: S3Client,
    bucket: str,
    key: str,
    body: bytes,
    *,
    content_type: str = "binary/octet-stream",
    metadata: Mapping[str, str] | None = None,
) -> bool:
    """Write an object unless it exists (If-None-Match). Return False if it does."""
    try:
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=body,
            ContentType=content_type,
            Metadata=metadata or {},
            IfNoneMatch="*",
        )
    except ClientError as error:
        if _code(error) in _LOST:
            return False
        raise
    return True


def replace_object(s3: S3Client, bucket: str, key: str, body: bytes, *, etag: str) -> bool:
    """Overwrite the version with this ETag (If-Match). Return False if it is gone."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, IfMatch=etag)
    except ClientError as error:
        if _code(error) in _LOST | _ABSENT:
            return False
        raise
    return True


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
