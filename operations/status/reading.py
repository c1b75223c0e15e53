"""Starts to read all parts of the snapshot of an environment at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from operations.status import services, tables
from operations.status.raw_data import read_raw_data, read_records
from operations.status.schedules import times_of

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future
    from datetime import date, datetime

    from operations.deployment import Deployment
    from operations.status.model import (
        Alarm,
        Authorisation,
        Calls,
        DayRows,
        DeadLetterName,
        FailedRunName,
        QueueDepth,
        Untransformed,
    )
    from spotify_pipeline.raw import RunRecord
    from stacks.configuration import Configuration

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Deployed:
    """When the ingestion stack was created, and last updated."""

    created_at: datetime
    updated_at: datetime


class Reading:
    """The parts, each read by a thread of its own. `records` come with the keys of damaged ones.

    `parts` needs a thread for each part; `requests` sends the many requests of one part. boto3
    creates clients in this thread; all threads may use them.
    """

    def __init__(
        self, deployment: Deployment, now: datetime, parts: Executor, requests: Executor
    ) -> None:
        self._deployment = deployment
        self._configuration = deployment.configuration
        self._now = now
        self._parts = parts
        self._requests = requests
        self._read_queues()
        self._read_objects()
        self._read_services()

    def _read_queues(self) -> None:
        """Each queue is counted before its messages are received."""
        sqs, start, url = self._deployment.client("sqs"), self._parts.submit, self._output
        self.raw_parts: Future[QueueDepth] = start(
            lambda: services.read_depth(sqs, url("QueueUrl"))
        )
        self.dead_letters: Future[QueueDepth] = start(
            lambda: services.read_depth(sqs, url("DeadLetterQueueUrl"))
        )
        self.failed_runs: Future[QueueDepth] = start(
            lambda: services.read_depth(sqs, url("FailedRunsQueueUrl"))
        )
        self.dead_letter_names: Future[list[DeadLetterName]] = start(
            lambda: services.read_dead_letters(
                sqs, url("DeadLetterQueueUrl"), self.dead_letters.result()
            )
        )
        self.failed_run_names: Future[list[FailedRunName]] = start(
            lambda: services.read_failed_runs(
                sqs, url("FailedRunsQueueUrl"), self.failed_runs.result()
            )
        )

    def _read_objects(self) -> None:
        s3, bucket = self._deployment.client("s3"), self._output("BucketName")
        start, requests = self._parts.submit, self._requests
        first_days = _first_days(self._configuration, self._now)
        first = min([(self._now - _WEEK).date(), *first_days.values()])
        raw = start(read_raw_data, s3, bucket, first, requests)
        files = start(lambda: tables.read_files(s3, bucket, raw.result().last_days, requests))
        self.records: Future[tuple[list[RunRecord], list[str]]] = start(
            lambda: read_records(s3, bucket, raw.result().run_record_keys(first_days), requests)
        )
        self.untransformed: Future[Untransformed] = start(
            lambda: tables.read_untransformed(
                s3, bucket, raw.result(), files.result(), self._dead_keys(), requests
            )
        )
        self.rows: Future[DayRows | None] = start(
            lambda: tables.read_last_rows(s3, bucket, raw.result(), files.result(), requests)
        )
        limit = self._configuration.spotify.daily_calls
        self.calls: Future[Calls] = start(services.read_calls, s3, bucket, limit, self._now)

    def _read_services(self) -> None:
        secrets, cloudwatch, cloudformation = map(
            self._deployment.client, ("secretsmanager", "cloudwatch", "cloudformation")
        )
        start, prefix = self._parts.submit, f"spotify-{self._configuration.environment}-"
        self.authorisation: Future[Authorisation] = start(
            lambda: services.read_authorisation(
                secrets,
                self._output("SpotifySecretArn"),
                self._now,
                self._configuration.scopes,
            )
        )
        self.alarms: Future[list[Alarm]] = start(services.read_alarms, cloudwatch, prefix)
        self.deployed: Future[Deployed] = start(
            _read_deployed, cloudformation, f"{prefix}ingestion"
        )

    def _output(self, name: str) -> str:
        return self._deployment.output(name)

    def _dead_keys(self) -> set[str]:
        """The raw keys of the dead letters; none if they cannot be read."""
        letters = self.dead_letter_names
        return set() if letters.exception() else {one.raw_key for one in letters.result()}


def _first_days(configuration: Configuration, now: datetime) -> dict[str, date]:
    """The day from which each schedule's runs matter: that of the run before the one due."""
    times = {name: times_of(configuration, name, now) for name in configuration.schedules}
    return {name: one.before_due.date() for name, one in times.items() if one.before_due}


def _read_deployed(cloudformation: Any, stack: str) -> Deployed:
    [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    created_at = found["CreationTime"]
    return Deployed(created_at, found.get("LastUpdatedTime", created_at))
