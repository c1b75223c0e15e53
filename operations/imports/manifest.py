"""The run of an import: the same plays always have the same run id, day and keys.

`state/imports/<digest>.json` holds the run id of the first import of these files, so that a
continued or repeated import writes to the same keys.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from spotify_pipeline.keys import IMPORT, import_key, run_time
from spotify_pipeline.s3 import create_object, read_version, replace_object

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_DIGITS = 8
"""Digits of the digest in a run id."""


class Manifest(msgspec.Struct, frozen=True):
    """An import: its run, and the SHA-256 of each file's content by base name."""

    run_id: str
    files: list[tuple[str, str]]


def digest_of(files: list[tuple[str, str]]) -> str:
    """The digest of an export's files: of their base names and contents, not of the archive."""
    return hashlib.sha256(msgspec.json.encode(sorted(files))).hexdigest()


def import_run(
    s3: S3Client,
    bucket: str,
    digest: str,
    files: list[tuple[str, str]],
    *,
    now: datetime,
    retention: timedelta,
) -> str:
    """The run id of the import of the files with this digest: that of the first one, or a new one.

    Plays older than `retention` have expired, and are imported anew.
    """
    key = import_key(digest)
    while True:
        found = read_version(s3, bucket, key)
        if found:
            run_id = msgspec.json.decode(found.body, type=Manifest).run_id
            if run_time(run_id) > now - retention:
                return run_id
        time = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        manifest = Manifest(f"{time}-{IMPORT}-{digest[:_DIGITS]}", sorted(files))
        body = msgspec.json.encode(manifest)
        if found:
            is_stored = replace_object(s3, bucket, key, body, etag=found.etag)
        else:
            is_stored = create_object(s3, bucket, key, body, content_type="application/json")
        # Another import of the same files may have been faster.
        if is_stored:
            return manifest.run_id
