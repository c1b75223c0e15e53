"""The runs that matter of run records."""

from datetime import UTC, datetime, timedelta
from typing import Any

from operations.status.model import Run
from operations.status.runs import last_complete, newest_attempts, unfinished
from spotify_pipeline.raw import RunRecord
from spotify_pipeline.statuses import RunStatus
from tests.unit.operations.status.snapshots import DUE, HOUR, run_of

DAY = 24 * HOUR


def record(run: Run, **fields: Any) -> RunRecord:
    values = {"attempt": run.attempt, "status": run.status, "resume_at": run.resume_at, **fields}
    counts: dict[str, Any] = dict.fromkeys(
        [
            "api_calls",
            "throttled_seconds",
            "playlists_seen",
            "playlists_walked",
            "playlists_refused",
            "entries",
            "parts",
        ],
        0,
    )
    return RunRecord(
        run_id=run.run_id, schedule=run.schedule, started_at=run.time, **values, **counts
    )


def test_a_run_counts_in_its_newest_attempt() -> None:
    run = run_of(status=RunStatus.PARTIAL)
    done = record(run, attempt=10, status=RunStatus.COMPLETE)
    [found] = newest_attempts([record(run, attempt=9), done, record(run, attempt=2)])
    assert (found.attempt, found.status) == (10, RunStatus.COMPLETE)


def test_a_record_of_a_foreign_run_is_left_out() -> None:
    assert newest_attempts([record(run_of(), attempt=1), foreign()]) == [run_of()]


def foreign() -> RunRecord:
    stranger = record(run_of())
    stranger.run_id = "test"
    return stranger


def test_a_newer_run_of_the_schedule_replaces_an_unfinished_one() -> None:
    stuck = run_of(time=DUE - DAY, status=RunStatus.PARTIAL)
    other = run_of("weekly", DUE - DAY, status=RunStatus.FAILED)
    runs = newest_attempts(map(record, [stuck, other, run_of()]))
    assert unfinished(runs) == [other]


def test_a_complete_run_with_a_resume_is_unfinished() -> None:
    postponed = run_of(resume_at=datetime(2026, 11, 25, 7, tzinfo=UTC))
    assert unfinished([postponed]) == [postponed]


def test_the_last_complete_run_is_that_of_the_schedule() -> None:
    done = run_of(time=DUE - DAY)
    runs = newest_attempts(
        map(
            record,
            [
                run_of(time=DUE - 2 * DAY),
                done,
                run_of(status=RunStatus.PARTIAL),
                run_of("weekly", DUE + timedelta(minutes=1)),
            ],
        )
    )
    assert last_complete(runs, "daily") == done
    assert last_complete(runs, "monthly") is None
