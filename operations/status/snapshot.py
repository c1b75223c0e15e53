"""Takes the snapshot of an environment: a part that cannot be read never hides the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from operations.status.model import ScheduleStatus, Snapshot, Unreadable
from operations.status.reading import Reading
from operations.status.runs import newest_attempts, unfinished
from operations.status.schedules import schedule_status

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import datetime

    from operations.deployment import Deployment
    from operations.status.model import Run
    from operations.status.reading import Deployed
    from stacks.configuration import Configuration

_PARTS = 16
_REQUESTS = 8
"""Concurrent requests of one part; boto3 keeps ten connections."""

Value = TypeVar("Value")


def take_snapshot(deployment: Deployment, now: datetime) -> Snapshot:
    """Read all parts. Makes no call to Spotify, and changes nothing."""
    with ThreadPoolExecutor(_PARTS) as parts, ThreadPoolExecutor(_REQUESTS) as requests:
        reading = Reading(deployment, now, parts, requests)
        return _Assembly(deployment.configuration, now, reading).snapshot()


class _Assembly:
    """Waits for the parts, and collects the errors of those that could not be read."""

    def __init__(self, configuration: Configuration, now: datetime, reading: Reading) -> None:
        self._configuration = configuration
        self._now = now
        self._reading = reading
        self._unreadable: list[Unreadable] = []

    def snapshot(self) -> Snapshot:
        reading, runs = self._reading, self._runs()
        return Snapshot(
            environment=self._configuration.environment,
            taken_at=self._now,
            schedules=None if runs is None else self._schedules(runs),
            runs=None if runs is None else unfinished(runs),
            calls=self._value("calls", reading.calls),
            raw_parts=self._value("raw_parts", reading.raw_parts),
            dead_letters=self._value("dead_letters", reading.dead_letters),
            failed_runs=self._value("failed_runs", reading.failed_runs),
            dead_letter_names=self._value("dead_letter_names", reading.dead_letter_names),
            failed_run_names=self._value("failed_run_names", reading.failed_run_names),
            untransformed=self._value("untransformed", reading.untransformed),
            authorisation=self._value("authorisation", reading.authorisation),
            alarms=self._value("alarms", reading.alarms),
            rows=self._value("rows", reading.rows),
            unreadable=self._unreadable,
        )

    def _value(self, part: str, future: Future[Value]) -> Value | None:
        try:
            return future.result()
        except Exception as error:
            self._unreadable.append(Unreadable(part, f"{type(error).__name__}: {error}"))
            return None

    def _runs(self) -> list[Run] | None:
        found = self._value("runs", self._reading.records)
        if found is None:
            return None
        records, damaged = found
        if damaged:
            reason = f"{len(damaged):,} missing or damaged, the first is {damaged[0]}"
            self._unreadable.append(Unreadable("run_records", reason))
        return newest_attempts(records)

    def _schedules(self, runs: list[Run]) -> list[ScheduleStatus]:
        deployed = self._value("deployment_time", self._reading.deployed)
        return [
            schedule_status(
                self._configuration, name, runs, self._now, self._since(name, runs, deployed)
            )
            for name in self._configuration.schedules
        ]

    def _since(self, name: str, runs: list[Run], deployed: Deployed | None) -> datetime:
        """The time from which a schedule's runs can be known.

        Earlier raw data is deleted, and a schedule without runs may be new in the last deployment.
        """
        kept = timedelta(days=self._configuration.retention_days.raw_data)
        begun = [self._now - kept]
        if deployed:
            has_run = any(run.schedule == name for run in runs)
            begun.append(deployed.created_at if has_run else deployed.updated_at)
        return max(begun)
