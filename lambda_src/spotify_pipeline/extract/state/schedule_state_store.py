"""Stores a schedule's state: written conditionally, rebuilt from raw parts if damaged or lost."""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from aws_lambda_powertools import Logger

from spotify_pipeline.extract.decoding import UnreadableError, decode
from spotify_pipeline.extract.errors import LostRaceError
from spotify_pipeline.extract.state.scan import scan_part
from spotify_pipeline.extract.state.schedule_state import KINDS, Scan, ScheduleState
from spotify_pipeline.extract.state.tombstones import purged_playlists
from spotify_pipeline.keys import (
    RAW_PREFIX,
    ForeignKeyError,
    Part,
    damaged_state_key,
    run_schedule,
    run_time,
    state_key,
)
from spotify_pipeline.s3 import create_object, list_keys, read_version, replace_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from types_boto3_s3 import S3Client

TRIES = 10
"""Attempts at a conditional write that loses a race."""

logger = Logger(child=True)


class ScheduleStateStore:
    """The state of one schedule. A damaged or lost state is rebuilt from the last `days` days."""

    def __init__(self, s3: S3Client, bucket: str, schedule: str, now: datetime, days: int) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._schedule = schedule
        self._key = state_key(schedule)
        self._now = now
        self._days = days

    def load(self) -> ScheduleState:
        """Return the state; an empty one before the first run. A lost one is rebuilt and stored."""
        state, etag = self._read()
        return self._recover() if etag is None else state

    def update(self, scan: Scan, fresh_days: int = 0) -> ScheduleState:
        """Add this run's scan to the state, keeping what other runs have added meanwhile.

        Returns the state. Purged playlists are removed from it. Raises LostRaceError.
        """

        def change(state: ScheduleState) -> bool:
            is_changed = state.update(scan, self._now, fresh_days)
            return state.forget(purged_playlists(self._s3, self._bucket)) or is_changed

        return self._change(change)

    def forget(self, playlist_id: str) -> None:
        """Remove a playlist from the state. Raises LostRaceError."""
        self._change(lambda state: state.forget([playlist_id]))

    def _change(self, change: Callable[[ScheduleState], bool]) -> ScheduleState:
        """Apply `change` to the newest state, and store that if the result is True; return it."""
        for _ in range(TRIES):
            state, etag = self._read()
            if not change(state) or self._write(state, etag):
                return state
        raise LostRaceError(f"{self._key} changed during {TRIES} writes")

    def _read(self) -> tuple[ScheduleState, str | None]:
        """The state and its ETag; None before the first run."""
        stored = read_version(self._s3, self._bucket, self._key)
        if stored is None:
            return ScheduleState(), None
        try:
            return decode(stored.body, ScheduleState), stored.etag
        except UnreadableError as error:
            self._set_aside(stored.body, error)
            # If another run writes first, its state is valid too.
            self._write(self._rebuild(), stored.etag)
            return self._read()

    def _recover(self) -> ScheduleState:
        """The state that raw parts hold although its object is missing."""
        is_first_run = not any(list_keys(self._s3, self._bucket, RAW_PREFIX))
        state = ScheduleState() if is_first_run else self._rebuild()
        if state == ScheduleState():
            return state
        logger.warning("schedule state is missing: rebuilt", extra={"key": self._key})
        self._write(state, None)
        return self._read()[0]

    def _write(self, state: ScheduleState, etag: str | None) -> bool:
        """Write the state unless it has changed since it was read. Return False if it has."""
        body = msgspec.json.encode(state, order="sorted")
        if etag is None:
            return create_object(self._s3, self._bucket, self._key, body)
        return replace_object(self._s3, self._bucket, self._key, body, etag=etag)

    def _set_aside(self, text: bytes, error: Exception) -> None:
        key = damaged_state_key(self._schedule, hashlib.sha256(text).hexdigest()[:16])
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=text)
        logger.error(
            "schedule state is damaged: moved aside and rebuilt",
            extra={"saved_as": key, "fault": str(error)},
        )

    def _rebuild(self) -> ScheduleState:
        """Rebuild from the raw parts of the last days; older walks are due for a re-read anyway."""
        state = ScheduleState()
        for ago in range(self._days, -1, -1):
            day = (self._now - timedelta(days=ago)).astimezone(UTC).strftime("%Y-%m-%d")
            for part in self._parts(day):
                try:
                    self._add_part(state, part)
                except (ValueError, OSError, EOFError, zlib.error) as error:
                    logger.warning(
                        "raw object left out of the schedule state",
                        extra={"key": part.raw_key, "fault": str(error)},
                    )
        return state

    def _add_part(self, state: ScheduleState, part: Part) -> None:
        """Raises ValueError, OSError, EOFError or zlib.error for an object of somebody else."""
        started_at = run_time(part.run_id)
        body = self._s3.get_object(Bucket=self._bucket, Key=part.raw_key)["Body"].read()
        state.update(scan_part(body, started_at, KINDS), started_at)

    def _parts(self, day: str) -> Iterator[Part]:
        """The parts of this schedule's runs of a day, without run records."""
        for key in list_keys(self._s3, self._bucket, f"{RAW_PREFIX}ingest_date={day}/"):
            try:
                part = Part.from_raw_key(key)
            except ForeignKeyError as error:
                logger.warning("raw object ignored", extra={"key": key, "fault": str(error)})
                continue
            if run_schedule(part.run_id) == self._schedule and part.name.isdecimal():
                yield part
