"""Tombstones of purged playlists: no run stores anything of such a playlist again.

Whoever stores data of playlists reads them right before each write: a tombstone may appear at any
time during an attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spotify_pipeline.keys import PURGED_PREFIX
from spotify_pipeline.s3 import list_keys

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def purged_playlists(s3: S3Client, bucket: str) -> frozenset[str]:
    """The ids of all purged playlists."""
    keys = list_keys(s3, bucket, PURGED_PREFIX)
    return frozenset(key.removeprefix(PURGED_PREFIX).removesuffix(".json") for key in keys)
