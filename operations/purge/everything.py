"""Purges everything below all prefixes but the call ledger and the tombstones."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from operations.deployment import Deployment
from operations.purge.rebuild import Follow
from operations.purge.running import await_attempts
from operations.purge.state_objects import KEPT_PREFIXES
from operations.purge.survey import Say
from operations.purge.versions import StoredVersion, delete, list_versions
from spotify_pipeline.keys import RAW_PREFIX, RESULTS_PREFIX, STATE_PREFIX, TRANSFORMED_PREFIX

PREFIXES = (RAW_PREFIX, TRANSFORMED_PREFIX, STATE_PREFIX, RESULTS_PREFIX)


def count_everything(s3: Any, bucket: str) -> dict[str, Counter[str]]:
    """Number of `objects` and of `old versions` (with delete markers) by prefix."""
    return {
        prefix: Counter(
            "objects" if version.is_current else "old versions"
            for version in _purged(s3, bucket, prefix)
        )
        for prefix in PREFIXES
    }


def purge_everything(deployment: Deployment, say: Say, follow: Follow) -> None:
    """Delete all versions of all objects, after running attempts and transforms have ended."""
    s3, bucket = deployment.client("s3"), deployment.output("BucketName")
    await_attempts(s3, bucket, say)
    follow(0)
    for prefix in PREFIXES:
        say(f"Deleting {prefix} …")
        delete(s3, bucket, _purged(s3, bucket, prefix))


def _purged(s3: Any, bucket: str, prefix: str) -> Iterator[StoredVersion]:
    for version in list_versions(s3, bucket, prefix):
        if not version.key.startswith(KEPT_PREFIXES):
            yield version
