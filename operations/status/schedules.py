"""When the runs of a schedule are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from operations.status.model import Run, ScheduleStatus
from operations.status.runs import last_complete
from spotify_pipeline.environment import LONGEST_DELAY_SECONDS
from stacks.configuration import Configuration
from stacks.cron.times import Cron

GRACE = timedelta(seconds=LONGEST_DELAY_SECONDS)
"""Time in which a run may complete, if that is less than the schedule's period: Lambda starts and
retries it within this time.
"""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Times:
    """Times of a schedule: the next one, the last one whose grace has ended, and the one before."""

    next_run: datetime | None
    due: datetime | None
    before_due: datetime | None

    @classmethod
    def of(cls, cron: Cron, now: datetime) -> Self:
        last = cron.last_time(now)
        before = cron.last_time(last - _MINUTE) if last else None
        if last is None or now - last >= _grace(last, before):
            return cls(cron.next_time(now), last, before)
        earlier = cron.last_time(before - _MINUTE) if before else None
        return cls(cron.next_time(now), before, earlier)


def times_of(configuration: Configuration, name: str, now: datetime) -> Times:
    schedule = configuration.schedules[name]
    return Times.of(Cron.parse(schedule.cron, schedule.timezone), now)


def schedule_status(
    configuration: Configuration,
    name: str,
    runs: list[Run],
    now: datetime,
    since: datetime | None,
) -> ScheduleStatus:
    """`runs` with the newest first. Times before `since` are not due."""
    schedule, times = configuration.schedules[name], times_of(configuration, name, now)
    is_due = times.due is not None and (since is None or times.due >= since)
    return ScheduleStatus(
        name=name,
        cron=schedule.cron,
        timezone=schedule.timezone,
        enabled=schedule.enabled,
        last_complete=last_complete(runs, name),
        due_since=times.due if is_due and schedule.enabled else None,
        next_run=times.next_run if schedule.enabled else None,
    )


def _grace(last: datetime, before: datetime | None) -> timedelta:
    return min(GRACE, last - before) if before else GRACE
