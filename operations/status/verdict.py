"""Decides from a snapshot whether an environment is well."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from operations.status.model import Run, Snapshot
from operations.status.times import shown
from spotify_pipeline.statuses import RunStatus

WARNING_DAYS = 150
EXPIRY_DAYS = 180
"""Age of a user's authorisation in days: worth renewing, and expired."""

CALLS_PERCENT = 90
_LATE = timedelta(hours=1)
"""Time that a raw part may wait for its transform, and a run for its resume."""


class Verdict(msgspec.Struct, frozen=True):
    """`sentence` says what is wrong, the worst of the `faults` first."""

    is_well: bool
    sentence: str
    faults: list[str]


def judge(snapshot: Snapshot) -> Verdict:
    """A snapshot with an unreadable part is not well: nobody knows."""
    faults = [
        *_authorisation(snapshot),
        *_refused_and_failed(snapshot),
        *_overdue(snapshot),
        *_queues(snapshot),
        *_untransformed(snapshot),
        *_not_resumed(snapshot),
        *_alarms(snapshot),
        *_calls(snapshot),
    ]
    unread = [one.part for one in snapshot.unreadable]
    return Verdict(not faults and not unread, _sentence(faults, unread), faults)


def _sentence(faults: list[str], unread: list[str]) -> str:
    missing = f"{', '.join(unread)} could not be read"
    if not faults:
        return f"No fault is known, but {missing}" if unread else "All is well"
    further = f" (and {_counted(len(faults) - 1, 'more fault')})" if faults[1:] else ""
    unknown = f"; {missing}" if unread else ""
    return f"Not well: {faults[0]}{further}{unknown}"


def _authorisation(snapshot: Snapshot) -> Iterator[str]:
    found = snapshot.authorisation
    if found is None:
        return
    if found.fault:
        yield "the secret has no usable credentials"
    if found.missing_scopes:
        yield (
            f"the authorisation lacks the scope {' and '.join(found.missing_scopes)}: "
            f"make auth ENV={snapshot.environment}"
        )
    if found.age_days is None or found.age_days < WARNING_DAYS:
        return
    expires = f"expires after about {EXPIRY_DAYS}"
    if found.age_days >= EXPIRY_DAYS:
        expires = f"has probably expired after {EXPIRY_DAYS}"
    yield (
        f"the authorisation is {found.age_days:.0f} days old and {expires}: "
        f"make auth ENV={snapshot.environment}"
    )


def _refused_and_failed(snapshot: Snapshot) -> Iterator[str]:
    for run in snapshot.runs or []:
        if run.status == RunStatus.FAILED and _is_running(snapshot, run):
            continue
        if run.status not in (RunStatus.PARTIAL, RunStatus.COMPLETE):
            yield f"{run.schedule} ended as {run.status}"


def _overdue(snapshot: Snapshot) -> Iterator[str]:
    for schedule in snapshot.schedules or []:
        due, last = schedule.due_since, schedule.last_complete
        if due is None or (last and last.time >= due):
            continue
        newest = f" since that of {shown(last.time)}" if last else ""
        yield f"{schedule.name} has no complete run{newest}; one was due {shown(due)}"


def _queues(snapshot: Snapshot) -> Iterator[str]:
    for noun, queue in (
        ("dead letter", snapshot.dead_letters),
        ("failed run", snapshot.failed_runs),
    ):
        if queue and queue.total:
            yield f"{_counted(queue.total, noun)} in the queue"


def _untransformed(snapshot: Snapshot) -> Iterator[str]:
    found = snapshot.untransformed
    stored_at = found.oldest_stored_at if found else None
    if found and stored_at and snapshot.taken_at - stored_at >= _LATE:
        parts = _counted(found.count, "raw part")
        yield f"{parts} not transformed, the oldest of {shown(stored_at)}"


def _not_resumed(snapshot: Snapshot) -> Iterator[str]:
    for run in snapshot.runs or []:
        if run.status != RunStatus.PARTIAL or _is_running(snapshot, run):
            continue
        if run.resume_at is None:
            yield f"{run.schedule} is partial and does not resume"
        elif snapshot.taken_at - run.resume_at >= _LATE:
            yield f"{run.schedule} is partial and did not resume at {shown(run.resume_at)}"


def _alarms(snapshot: Snapshot) -> Iterator[str]:
    names = [alarm.name for alarm in snapshot.alarms or [] if alarm.state == "ALARM"]
    if names:
        yield f"{_counted(len(names), 'alarm')} in ALARM: {', '.join(names)}"


def _calls(snapshot: Snapshot) -> Iterator[str]:
    calls = snapshot.calls
    if calls is None:
        return
    if calls.blocked_until and calls.blocked_until > snapshot.taken_at:
        yield f"Spotify accepts no calls until {shown(calls.blocked_until)}"
    if calls.used * 100 >= calls.limit * CALLS_PERCENT:
        yield f"{calls.used:,} of {calls.limit:,} daily calls are used"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _is_running(snapshot: Snapshot, run: Run) -> bool:
    running = snapshot.calls.running if snapshot.calls else []
    return any(one.schedule == run.schedule for one in running)
