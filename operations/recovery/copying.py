"""make restore: copies the state and the raw data of another bucket into an environment's.

S3 copies on its side and sends the event of each new raw part, so that the transform function
rebuilds the tables.
"""

from collections.abc import Iterator
from typing import Any

from operations.deployment import Deployment
from operations.recovery.retained_bucket import BucketError, check_bucket
from spotify_pipeline.keys import PURGED_PREFIX, RAW_PREFIX, STATE_PREFIX
from spotify_pipeline.s3 import list_keys

_ORDER = (PURGED_PREFIX, STATE_PREFIX, RAW_PREFIX)
"""Tombstones come first: the copy, and a run meanwhile, leave out what was purged."""


def missing_keys(deployment: Deployment, source: str) -> list[str]:
    """Keys of the source that the environment's bucket lacks, in the order of the copy.

    Raises BucketError if the source cannot be read, or is the environment's own bucket.
    """
    s3, target = deployment.client("s3"), deployment.output("BucketName")
    if source == target:
        raise BucketError(f"BUCKET={source} is the bucket of this environment: name another one")
    check_bucket(s3, source)
    found: dict[str, None] = {}
    for prefix in _ORDER:
        present = set(list_keys(s3, target, prefix))
        found |= dict.fromkeys(key for key in list_keys(s3, source, prefix) if key not in present)
    return list(found)


def copy_objects(s3: Any, source: str, target: str, keys: list[str]) -> Iterator[str]:
    """Copy the objects with their metadata; yields each key afterwards."""
    for key in keys:
        s3.copy_object(Bucket=target, Key=key, CopySource={"Bucket": source, "Key": key})
        yield key
