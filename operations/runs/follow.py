"""Follows a run by its objects in the bucket: raw parts, and a run record for each attempt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from operations.deployment import Deployment
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.state.run_records import decode_run_record
from spotify_pipeline.keys import RAW_PREFIX, Part
from spotify_pipeline.raw import RunRecord
from spotify_pipeline.s3 import list_keys, read_object
from spotify_pipeline.statuses import RunStatus

_POLL_SECONDS = 2.0
# An asynchronous invocation that fails is repeated after one minute, then after two (AWS Lambda
# Developer Guide, "How Lambda handles errors and retries with asynchronous invocation").
_RETRIES = 2
_LATEST_START_SECONDS = 300
_RUN_NAME = "run-"


class RunLostError(Exception):
    """A run shows no sign of life; the message names the log to read."""


@dataclass(frozen=True)
class Progress:
    """The stored raw parts of a run, and the records of its attempts, the latest last."""

    parts: int = 0
    records: list[RunRecord] = field(default_factory=list)

    @property
    def has_ended(self) -> bool:
        """True if no further attempt follows: none is scheduled, and Lambda retries none."""
        if not self.records:
            return False
        last = self.records[-1]
        if last.status == RunStatus.FAILED:
            recent = self.records[-1 - _RETRIES :]
            return [one.status for one in recent] == [RunStatus.FAILED] * (1 + _RETRIES)
        return last.status != RunStatus.PARTIAL or last.resume_at is None

    @property
    def is_complete(self) -> bool:
        return bool(self.records) and self.records[-1].status == RunStatus.COMPLETE

    @property
    def resume_at(self) -> datetime | None:
        return self.records[-1].resume_at if self.records else None


def follow(
    deployment: Deployment, request: RunRequest, sleep: Callable[[float], None]
) -> Iterator[Progress]:
    """Yield the progress of a run until it has ended.

    Raises RunLostError if an attempt leaves nothing for longer than it can take.
    """
    reader = _Reader(deployment, request)
    patience = deployment.configuration.functions.extract.timeout_seconds + _LATEST_START_SECONDS
    before, since = Progress(), datetime.now(UTC)
    while True:
        progress = reader.read(before)
        yield progress
        if progress.has_ended:
            return
        now = datetime.now(UTC)
        if progress != before:
            since = max(now, progress.resume_at or now)
        if (now - since).total_seconds() > patience:
            raise RunLostError(
                f"The run {request.run_id} has stored nothing for {patience / 60:.0f} minutes: see "
                f"the log of {deployment.output('ExtractFunctionName')}"
            )
        before = progress
        sleep(_POLL_SECONDS)


class _Reader:
    """Reads the progress of a run; each run record once."""

    def __init__(self, deployment: Deployment, request: RunRequest) -> None:
        self._s3: Any = deployment.client("s3")
        self._bucket = deployment.output("BucketName")
        self._prefix = f"{RAW_PREFIX}ingest_date={request.ingest_date}/{request.run_id}/"

    def read(self, before: Progress) -> Progress:
        found = list(Part.from_raw_keys(list_keys(self._s3, self._bucket, self._prefix)))
        known = {record.attempt for record in before.records}
        attempts = {_attempt(part): part for part in found if part.name.startswith(_RUN_NAME)}
        new = [self._record(attempts[number]) for number in sorted(attempts.keys() - known)]
        records = sorted([*before.records, *new], key=lambda record: record.attempt)
        return Progress(len(found) - len(attempts), records)

    def _record(self, part: Part) -> RunRecord:
        body = read_object(self._s3, self._bucket, part.raw_key)
        assert body is not None, f"{part.raw_key} was deleted while it was read"
        return decode_run_record(body)


def _attempt(part: Part) -> int:
    return int(part.name.removeprefix(_RUN_NAME))
