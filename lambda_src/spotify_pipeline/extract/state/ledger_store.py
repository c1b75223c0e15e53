"""Stores the call ledger of an environment: written conditionally, rebuilt if damaged or lost."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, TypeVar

import msgspec
from aws_lambda_powertools import Logger

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import LostRaceError
from spotify_pipeline.extract.state.ledger import WINDOW, Ledger, minute_of
from spotify_pipeline.extract.state.run_records import is_run_record, read_run_record
from spotify_pipeline.keys import LEDGER_KEY, RAW_PREFIX
from spotify_pipeline.s3 import create_object, list_keys, read_version, replace_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from types_boto3_s3 import S3Client

    from spotify_pipeline.raw import RunRecord
    from spotify_pipeline.s3 import Version

TRIES = 20
"""Attempts at a conditional write that loses a race."""

_RUN_DAYS = 7
"""Days back to a run whose last attempts may lie in the window."""

Result = TypeVar("Result")

logger = Logger(child=True)


class LedgerStore:
    """The ledger, shared by all schedules and attempts of an environment."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def load(self) -> Ledger:
        """Return the ledger, without what no longer counts."""
        ledger = self._decode(read_version(self._s3, self._bucket, LEDGER_KEY))
        ledger.forget(clock.utc_now())
        return ledger

    def update(self, change: Callable[[Ledger], Result]) -> Result:
        """Apply `change` to the newest ledger and store it. Raises LostRaceError."""
        for _ in range(TRIES):
            version = read_version(self._s3, self._bucket, LEDGER_KEY)
            ledger = self._decode(version)
            ledger.forget(clock.utc_now())
            result = change(ledger)
            if self._write(ledger, version):
                return result
        raise LostRaceError(f"{LEDGER_KEY} changed during {TRIES} writes")

    def _decode(self, version: Version | None) -> Ledger:
        if version is None:
            # It was lost, or there are no run records yet.
            return self._rebuild()
        try:
            return msgspec.json.decode(version.body, type=Ledger)
        except (msgspec.MsgspecError, RecursionError) as error:
            logger.error(
                "the call ledger is damaged: rebuilt from run records", extra={"fault": str(error)}
            )
            return self._rebuild()

    def _write(self, ledger: Ledger, version: Version | None) -> bool:
        body = msgspec.json.encode(ledger)
        if version is None:
            return create_object(self._s3, self._bucket, LEDGER_KEY, body)
        return replace_object(self._s3, self._bucket, LEDGER_KEY, body, etag=version.etag)

    def _rebuild(self) -> Ledger:
        """The calls of the attempts that ended in the window, counted at their end."""
        now = clock.utc_now()
        ledger = Ledger()
        for record in self._run_records(now):
            if record.finished_at and record.finished_at > now - WINDOW:
                ledger.record(record.schedule, {minute_of(record.finished_at): record.api_calls})
        return ledger

    def _run_records(self, now: datetime) -> Iterator[RunRecord]:
        """Run records of the last days; a resume stores its own under the run's first day."""
        for ago in range(_RUN_DAYS):
            day = (now - timedelta(days=ago)).astimezone(UTC).strftime("%Y-%m-%d")
            keys = list_keys(self._s3, self._bucket, f"{RAW_PREFIX}ingest_date={day}/")
            for key in filter(is_run_record, keys):
                if record := read_run_record(self._s3, self._bucket, key):
                    yield record
                else:
                    logger.warning("run record left out of the call ledger", extra={"key": key})
