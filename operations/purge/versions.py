"""Versions of objects: listed and deleted one by one, in a bucket with or without versioning."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from operations.raw_parts import RawObject

_BATCH = 1_000
"""Maximum objects of one DeleteObjects call."""


class PurgeError(Exception):
    """The purge cannot go on; the message has the reason and the remedy."""


@dataclass(frozen=True)
class StoredVersion:
    """A version of an object. Without versioning each object has one, with the id `null`.

    A delete marker has no content.
    """

    key: str
    version_id: str
    is_latest: bool
    is_marker: bool
    size: int
    etag: str
    last_modified: datetime

    @property
    def is_current(self) -> bool:
        """True for the content that readers get."""
        return self.is_latest and not self.is_marker

    def as_raw_object(self) -> RawObject:
        return RawObject(self.key, self.size, self.etag, self.last_modified)


def list_versions(s3: Any, bucket: str, prefix: str) -> Iterator[StoredVersion]:
    """Yield all versions and delete markers below a prefix."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Versions", []):
            yield _version(item)
        for item in page.get("DeleteMarkers", []):
            yield _version(item, is_marker=True)


def read(s3: Any, bucket: str, version: StoredVersion) -> Any:
    """GetObject's response for a version; for the current one, of what is current by now."""
    which = {} if version.is_latest else {"VersionId": version.version_id}
    return s3.get_object(Bucket=bucket, Key=version.key, **which)


def delete(s3: Any, bucket: str, versions: Iterable[StoredVersion]) -> int:
    """Delete versions for good; return their number. Raises PurgeError naming one that stays."""
    rest, deleted = iter(versions), 0
    while batch := list(islice(rest, _BATCH)):
        objects = [{"Key": one.key, "VersionId": one.version_id} for one in batch]
        response = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        for error in response.get("Errors", []):
            raise PurgeError(
                f"{error['Key']} cannot be deleted: {error.get('Message', error['Code'])}. "
                "Your role needs s3:DeleteObject and s3:DeleteObjectVersion; run the purge again"
            )
        deleted += len(batch)
    return deleted


def _version(item: Any, *, is_marker: bool = False) -> StoredVersion:
    return StoredVersion(
        item["Key"],
        item["VersionId"],
        item["IsLatest"],
        is_marker,
        item.get("Size", 0),
        item.get("ETag", "").strip('"'),
        item["LastModified"],
    )
