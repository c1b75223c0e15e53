"""Keeping the memory in the bucket: read whole, written conditionally, rebuilt if damaged."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from spotify_pipeline.extract.state.run_store import ABSENT, TAKEN
from spotify_pipeline.extract.state.scan import see
from spotify_pipeline.extract.state.schedule_state import KINDS, ScheduleState, Seen
from spotify_pipeline.keys import RAW_PREFIX, Part, damaged_state_key, state_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

TRIES = 10
"""How often a write of the memory that others overtake is tried."""

logger = Logger(child=True)


class LostRaceError(Exception):
    """Others wrote the memory at every try; their runs and this one are stored all the same."""


class ScheduleStateStore:
    """The memory of one schedule. `days` is how far back a damaged one is rebuilt."""

    def __init__(self, s3: S3Client, bucket: str, schedule: str, now: datetime, days: int) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._schedule = schedule
        self._now = now
        self._days = days

    def load(self) -> ScheduleState:
        """What is remembered; nothing before the first run."""
        return self._read()[0]

    def learn(self, seen: Seen, fresh_days: int = 0) -> None:
        """Add what this run saw to what is remembered, also to what others have added meanwhile."""
        for _ in range(TRIES):
            memory, etag = self._read()
            if not memory.learn(seen, self._now, fresh_days) or self._write(memory, etag):
                return
        raise LostRaceError(f"{state_key(self._schedule)} changed during {TRIES} writes")

    def _read(self) -> tuple[ScheduleState, str | None]:
        """The memory, and the version that it was read from; None if there is none."""
        try:
            response = self._s3.get_object(Bucket=self._bucket, Key=state_key(self._schedule))
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return ScheduleState(), None
            raise
        text = response["Body"].read()
        try:
            return msgspec.json.decode(text, type=ScheduleState), response["ETag"]
        except msgspec.MsgspecError as error:
            self._set_aside(text, error)
            # Whoever writes first has repaired it: this rebuilding, or another run's.
            self._write(self._rebuild(), response["ETag"])
            return self._read()

    def _write(self, memory: ScheduleState, etag: str | None) -> bool:
        """Write unless somebody else has; whether it was written."""
        body = msgspec.json.encode(memory, order="sorted")
        key = state_key(self._schedule)
        try:
            if etag is None:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, IfNoneMatch="*")
            else:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, IfMatch=etag)
        except ClientError as error:
            if error.response["Error"]["Code"] in TAKEN | ABSENT:
                return False
            raise
        return True

    def _set_aside(self, text: bytes, error: Exception) -> None:
        key = damaged_state_key(self._schedule, hashlib.sha256(text).hexdigest()[:16])
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=text)
        logger.error(
            "memory is damaged: set aside and rebuilt", extra={"kept_as": key, "fault": str(error)}
        )

    def _rebuild(self) -> ScheduleState:
        """From the raw parts of the days that count; older walks are due for a new one anyway."""
        memory = ScheduleState()
        for ago in range(self._days + 1):
            day = (self._now - timedelta(days=ago)).astimezone(UTC).strftime("%Y-%m-%d")
            for part, key in self._parts(day):
                walked_at = datetime.strptime(part.run_id[:16], "%Y%m%dT%H%M%SZ").replace(
                    tzinfo=UTC
                )
                body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
                seen = Seen()
                see(body, walked_at, KINDS, seen)
                memory.learn(seen, walked_at)
        return memory

    def _parts(self, day: str) -> Iterator[tuple[Part, str]]:
        """The parts of this schedule's runs of a day, run records left out."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{RAW_PREFIX}ingest_date={day}/"
        )
        for page in pages:
            for item in page.get("Contents", []):
                part = Part.from_raw_key(item["Key"])
                if part.run_id.split("-")[1] == self._schedule and part.name.isdecimal():
                    yield part, item["Key"]
