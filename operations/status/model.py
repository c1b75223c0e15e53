"""The snapshot of an environment. Its field names are the JSON of `make status JSON=1`."""

from datetime import date, datetime

import msgspec

from spotify_pipeline.keys import run_time


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The newest attempt at a run."""

    run_id: str
    schedule: str
    attempt: int
    status: str
    reason: str | None = None
    finished_at: datetime | None = None
    resume_at: datetime | None = None

    @property
    def time(self) -> datetime:
        return run_time(self.run_id)


class ScheduleStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`due_since` is the newest time whose run should be complete by now.

    It is None if there is no such time since the deployment, or if the schedule is not enabled.
    """

    name: str
    cron: str
    timezone: str
    enabled: bool
    last_complete: Run | None
    due_since: datetime | None
    next_run: datetime | None


class RunningAttempt(msgspec.Struct, frozen=True):
    """An attempt that has calls reserved until its invocation ends, at the latest `until`."""

    schedule: str
    until: datetime


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """Requests of the last 24 hours, reserved ones included. None is sent until `blocked_until`."""

    used: int
    limit: int
    blocked_until: datetime | None = None
    running: list[RunningAttempt] = []


class QueueDepth(msgspec.Struct, frozen=True):
    """Messages; `in_flight` includes failed ones that wait for their retry."""

    waiting: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.waiting + self.in_flight + self.delayed


class DeadLetterName(msgspec.Struct, frozen=True):
    """`raw_key` is the beginning of a message that names no raw part."""

    raw_key: str
    replay_name: str | None = None


class FailedRunName(msgspec.Struct, frozen=True):
    """`name` is the run's id, or the beginning of a message that is no event."""

    name: str
    reason: str


class Untransformed(msgspec.Struct, frozen=True):
    """Raw parts of the last days without Parquet files, dead letters excluded."""

    count: int
    oldest_key: str | None = None
    oldest_stored_at: datetime | None = None


class Authorisation(msgspec.Struct, frozen=True, kw_only=True):
    """`fault` says why the secret holds no usable credentials. An unknown age or scope is None.

    `missing_scopes` are those that the sources need and the user did not grant.
    """

    has_user: bool
    age_days: float | None = None
    scopes: list[str] | None = None
    missing_scopes: list[str] = []
    fault: str | None = None


class Alarm(msgspec.Struct, frozen=True):
    """`state` is OK, ALARM or INSUFFICIENT_DATA."""

    name: str
    state: str
    reason: str | None = None
    since: datetime | None = None


class DayRows(msgspec.Struct, frozen=True):
    """Rows per table, duplicates included, in the partition of the last day with raw data."""

    day: date
    tables: dict[str, int]


class Unreadable(msgspec.Struct, frozen=True):
    """A part of the snapshot that is missing, and why."""

    part: str
    reason: str


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The state at `taken_at`. A part that could not be read is None, and in `unreadable`.

    `runs` holds the unfinished runs that no newer one replaces.
    """

    environment: str
    taken_at: datetime
    schedules: list[ScheduleStatus] | None = None
    runs: list[Run] | None = None
    calls: Calls | None = None
    raw_parts: QueueDepth | None = None
    dead_letters: QueueDepth | None = None
    failed_runs: QueueDepth | None = None
    dead_letter_names: list[DeadLetterName] | None = None
    failed_run_names: list[FailedRunName] | None = None
    untransformed: Untransformed | None = None
    authorisation: Authorisation | None = None
    alarms: list[Alarm] | None = None
    rows: DayRows | None = None
    unreadable: list[Unreadable] = []
