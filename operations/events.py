"""The "Object Created" event of EventBridge, as S3 sends it when an object is stored."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from operations.raw_parts import RawObject


@dataclass(frozen=True)
class Bucket:
    """The bucket of the events, with its partition, region and account."""

    name: str
    partition: str
    region: str
    account: str

    @classmethod
    def of_queue(cls, name: str, queue_arn: str) -> Self:
        """The bucket with that name, in the account and region of its queue."""
        _, partition, _, region, account, _ = queue_arn.split(":")
        return cls(name, partition, region, account)


def unique_name(purpose: str) -> str:
    """A name for events that are sent together: the purpose, the time and a random part."""
    return f"{purpose}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"


def object_created(bucket: Bucket, found: RawObject, replay_name: str) -> str:
    """The event's JSON text.

    Fields as in the Amazon S3 User Guide, "EventBridge event message structure"; fields that a
    listing lacks (`requester`, `request-id`, `source-ip-address`, `sequencer`) are omitted.
    `replay-name` is the field that EventBridge adds to events replayed from an archive.
    """
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": bucket.account,
        "time": f"{found.last_modified:%Y-%m-%dT%H:%M:%SZ}",
        "region": bucket.region,
        "resources": [f"arn:{bucket.partition}:s3:::{bucket.name}"],
        "replay-name": replay_name,
        "detail": {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": {"key": found.key, "size": found.size, "etag": found.etag},
            "reason": "PutObject",
        },
    }
    return json.dumps(event)
