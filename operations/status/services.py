"""Parts of the snapshot that one request to a service shows, or a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from operations.dead_letters import held_messages, peek
from operations.failed_runs.letters import read_failed_run
from operations.queues import Queue
from operations.status.model import (
    Alarm,
    Authorisation,
    Calls,
    DeadLetterName,
    FailedRunName,
    QueueDepth,
    RunningAttempt,
)
from spotify_pipeline.extract.errors import RunRefusedError
from spotify_pipeline.extract.settings import read_credentials
from spotify_pipeline.extract.state.ledger_store import LedgerStore
from spotify_pipeline.scopes import missing_scopes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient


def read_depth(sqs: Any, url: str) -> QueueDepth:
    counts = Queue(sqs, url).counts()
    return QueueDepth(counts.waiting, counts.in_flight, counts.delayed)


def read_dead_letters(sqs: Any, url: str, depth: QueueDepth) -> list[DeadLetterName]:
    """The messages of a queue that was counted before: to list a message is to receive it."""
    if not depth.total:
        return []
    return [DeadLetterName(one.raw_key, one.replay_name) for one in peek(sqs, url)]


def read_failed_runs(sqs: Any, url: str, depth: QueueDepth) -> list[FailedRunName]:
    """The messages of a queue that was counted before, as above."""
    if not depth.total:
        return []
    with held_messages(sqs, url) as messages:
        found = [read_failed_run(message) for message in messages]
    return [FailedRunName(one.name, one.reason) for one in found]


def read_authorisation(
    secrets: SecretsManagerClient, secret_arn: str, now: datetime, needed: Sequence[str] = ()
) -> Authorisation:
    """`needed` are the scopes of the sources."""
    try:
        found = read_credentials(secrets, secret_arn)
    except RunRefusedError as error:
        return Authorisation(has_user=False, fault=str(error))
    if not found.refresh_token:
        return Authorisation(has_user=False)
    scopes = None if found.scope is None else found.scope.split()
    return Authorisation(
        has_user=True,
        age_days=found.age_days(now),
        scopes=scopes,
        missing_scopes=missing_scopes(needed, scopes),
    )


def read_calls(s3: S3Client, bucket: str, limit: int, now: datetime) -> Calls:
    ledger = LedgerStore(s3, bucket).load()
    running = [
        RunningAttempt(one.schedule, one.until)
        for one in ledger.reservations.values()
        if one.until > now
    ]
    return Calls(
        used=ledger.used(now), limit=limit, blocked_until=ledger.blocked_until, running=running
    )


def read_alarms(cloudwatch: Any, prefix: str) -> list[Alarm]:
    """Metric and composite alarms; without AlarmTypes, CloudWatch returns no composite ones."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return [
        Alarm(
            one["AlarmName"],
            one["StateValue"],
            one.get("StateReason"),
            one.get("StateUpdatedTimestamp"),
        )
        for page in pages
        for one in [*page.get("MetricAlarms", []), *page.get("CompositeAlarms", [])]
    ]
