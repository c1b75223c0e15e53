"""A snapshot of a healthy environment, to be changed by tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from operations.status.model import (
    Alarm,
    Authorisation,
    Calls,
    DayRows,
    QueueDepth,
    Run,
    ScheduleStatus,
    Snapshot,
    Untransformed,
)

NOW = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
DUE = datetime(2026, 11, 25, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def run_of(schedule: str = "daily", time: datetime = DUE, **fields: Any) -> Run:
    values = {"attempt": 1, "status": "complete", **fields}
    run_id = f"{time:%Y%m%dT%H%M%SZ}-{schedule}-082ad044"
    return Run(run_id=run_id, schedule=schedule, **values)


def schedule_of(last: Run | None, due: datetime | None = DUE) -> ScheduleStatus:
    return ScheduleStatus(
        name="daily",
        cron="0 6 * * ? *",
        timezone="UTC",
        enabled=True,
        last_complete=last,
        due_since=due,
        next_run=DUE + 24 * HOUR,
    )


EMPTY = QueueDepth(0, 0, 0)

HEALTHY = Snapshot(
    environment="dev",
    taken_at=NOW,
    schedules=[schedule_of(run_of())],
    runs=[],
    calls=Calls(used=91, limit=700),
    raw_parts=EMPTY,
    dead_letters=EMPTY,
    failed_runs=EMPTY,
    dead_letter_names=[],
    failed_run_names=[],
    untransformed=Untransformed(0),
    authorisation=Authorisation(has_user=True, age_days=12.0, scopes=["playlist-read-private"]),
    alarms=[Alarm("spotify-dev-dead-letters", "OK")],
    rows=DayRows(date(2026, 11, 25), {"playlists": 12}),
)
