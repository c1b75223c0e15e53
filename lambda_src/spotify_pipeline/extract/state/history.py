"""The coverage of a schedule's last complete runs, with which the next one is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aws_lambda_powertools import Logger

from spotify_pipeline.extract.decoding import UnreadableError, decode
from spotify_pipeline.keys import history_key
from spotify_pipeline.s3 import read_object

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from spotify_pipeline.extract.plan import Plan
    from spotify_pipeline.extract.state.schedule_state import Scan, ScheduleState

_RUNS = 7
"""Complete runs that the next one is compared with."""

logger = Logger(child=True)


class Coverage(msgspec.Struct, frozen=True):
    """Playlists of one run: how many entries the readable ones have, walked now or unchanged.

    `unreadable` are the ids of those that this run could not read although an earlier one did.
    """

    entries: int = 0
    unreadable: list[str] = []


class PastRun(msgspec.Struct, frozen=True):
    run_id: str
    coverage: Coverage


class Comparison(msgspec.Struct, frozen=True):
    """A run compared with earlier ones.

    `entries_percent` is None without an earlier run that read entries. `lost` are the playlists
    that are unreadable since this run.
    """

    entries_percent: float | None = None
    lost: list[str] = []


def cover(plan: Plan, scan: Scan, state: ScheduleState) -> Coverage:
    """The coverage of a run whose `scan` is part of the state."""
    known = state.playlists
    unreadable = {one.id for one in plan.playlists} - scan.readable
    return Coverage(
        entries=sum(known[one].entries for one in scan.readable if one in known),
        unreadable=sorted(unreadable & known.keys()),
    )


def compare(run: PastRun, earlier: list[PastRun]) -> Comparison:
    """Compare with earlier runs, oldest first; everything is as usual for a first run."""
    if not earlier:
        return Comparison()
    usual = sum(one.coverage.entries for one in earlier) / len(earlier)
    return Comparison(
        entries_percent=round(100 * run.coverage.entries / usual, 1) if usual else None,
        lost=sorted(set(run.coverage.unreadable) - set(earlier[-1].coverage.unreadable)),
    )


class RunHistory:
    """The last complete runs of a schedule.

    Of concurrent runs, the last write wins: history only serves metrics.
    """

    def __init__(self, s3: S3Client, bucket: str, schedule: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._key = history_key(schedule)

    def add(self, run: PastRun) -> Comparison:
        """Add a complete run, and compare it with those before it. A repeated run counts once."""
        others = [one for one in self._load() if one.run_id != run.run_id]
        runs = sorted([*others, run], key=lambda one: one.run_id)
        body = msgspec.json.encode(runs[-_RUNS - 1 :])
        self._s3.put_object(Bucket=self._bucket, Key=self._key, Body=body)
        earlier = [one for one in others if one.run_id < run.run_id]
        return compare(run, earlier[-_RUNS:])

    def _load(self) -> list[PastRun]:
        """The stored runs; none if they are unreadable."""
        stored = read_object(self._s3, self._bucket, self._key)
        if stored is None:
            return []
        try:
            return decode(stored, list[PastRun])
        except UnreadableError as error:
            logger.warning("run history is damaged: begun anew", extra={"fault": str(error)})
            return []
