"""The runs that matter of an environment's run records."""

from collections.abc import Iterable

from operations.status.model import Run
from spotify_pipeline.keys import is_run_id
from spotify_pipeline.raw import RunRecord
from spotify_pipeline.statuses import RunStatus


def newest_attempts(records: Iterable[RunRecord]) -> list[Run]:
    """Each run in its newest attempt, the newest run first."""
    newest: dict[str, RunRecord] = {}
    for record in sorted(records, key=lambda one: one.attempt):
        if is_run_id(record.run_id):
            newest[record.run_id] = record
    found = [_run(record) for record in newest.values()]
    return sorted(found, key=lambda run: run.run_id, reverse=True)


def unfinished(runs: Iterable[Run]) -> list[Run]:
    """The newest run of each schedule, if it is not complete or is to resume."""
    newest: dict[str, Run] = {}
    for run in runs:
        newest.setdefault(run.schedule, run)
    return [run for run in newest.values() if run.status != RunStatus.COMPLETE or run.resume_at]


def last_complete(runs: Iterable[Run], schedule: str) -> Run | None:
    found = (r for r in runs if r.schedule == schedule and r.status == RunStatus.COMPLETE)
    return next(found, None)


def _run(record: RunRecord) -> Run:
    return Run(
        run_id=record.run_id,
        schedule=record.schedule,
        attempt=record.attempt,
        status=record.status,
        reason=record.reason,
        finished_at=record.finished_at,
        resume_at=record.resume_at,
    )
