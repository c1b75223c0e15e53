"""Output of make status, within 80 columns."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from rich import box
from rich.markup import escape
from rich.table import Table

from operations.status.model import (
    Authorisation,
    Calls,
    DayRows,
    QueueDepth,
    Run,
    ScheduleStatus,
    Snapshot,
)
from operations.status.times import shown
from operations.status.verdict import EXPIRY_DAYS, Verdict
from operations.terminal import SafeConsole, one_line

_LISTED = 10
"""Names shown of a list; JSON=1 has all."""

_UNKNOWN = "not read"


def show(snapshot: Snapshot, verdict: Verdict, target: list[str], console: SafeConsole) -> None:
    """Print the verdict first, then what it follows from."""
    mark = "[green]✓[/]" if verdict.is_well else "[red]✗[/]"
    console.print(f"{mark} {escape(one_line(verdict.sentence))}")
    # The first one is part of the verdict.
    for fault in verdict.faults[1:]:
        console.print(f"[red]✗[/] {escape(one_line(fault))}")
    for line in target:
        console.print(line, markup=False)
    console.print()
    if snapshot.schedules is not None:
        console.print(_schedules(snapshot.schedules))
    console.print(_facts(snapshot))


def _schedules(schedules: list[ScheduleStatus]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("schedule", "last complete run", "next run"):
        table.add_column(title, overflow="fold")
    for one in schedules:
        last = shown(one.last_complete.time) if one.last_complete else "none"
        table.add_row(escape(one.name), last, _next_run(one))
    return table


def _next_run(schedule: ScheduleStatus) -> str:
    if not schedule.enabled:
        return "paused: enabled = false"
    return shown(schedule.next_run) if schedule.next_run else "never again"


def _facts(snapshot: Snapshot) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for title, lines in _sections(snapshot):
        table.add_row(title, escape("\n".join(map(one_line, lines))))
    return table


def _sections(snapshot: Snapshot) -> Iterator[tuple[str, Iterable[str]]]:
    yield "Running", _running(snapshot.calls)
    yield "Unfinished", _runs(snapshot.runs)
    yield "Raw parts", _raw_parts(snapshot)
    yield "Dead letters", _letters(snapshot)
    yield "Failed runs", _failed_runs(snapshot)
    yield "Authorisation", _authorisation(snapshot.authorisation)
    yield "Calls", _calls(snapshot.calls)
    yield "Alarms", _alarms(snapshot)
    yield _rows_title(snapshot.rows), _rows(snapshot)
    for one in snapshot.unreadable:
        yield "Not read", [f"{one.part}: {one.reason}"]


def _running(calls: Calls | None) -> list[str]:
    if calls is None:
        return [_UNKNOWN]
    return [f"{one.schedule}, until {shown(one.until)}" for one in calls.running] or ["nothing"]


def _runs(runs: list[Run] | None) -> list[str]:
    if runs is None:
        return [_UNKNOWN]
    return [line for run in runs for line in _run(run)] or ["none"]


def _run(run: Run) -> Iterator[str]:
    resumes = f"resumes {shown(run.resume_at)}" if run.resume_at else "does not resume"
    yield f"{run.run_id}: {run.status}, attempt {run.attempt}, {resumes}"
    if run.reason:
        yield f"  {run.reason}"


def _raw_parts(snapshot: Snapshot) -> Iterator[str]:
    yield f"queue: {_depth(snapshot.raw_parts)}"
    found = snapshot.untransformed
    if found is None:
        yield f"not transformed: {_UNKNOWN}"
    elif found.oldest_stored_at:
        age = _age(snapshot.taken_at - found.oldest_stored_at)
        yield f"not transformed: {found.count:,}, the oldest for {age}:"
        yield str(found.oldest_key)


def _letters(snapshot: Snapshot) -> Iterator[str]:
    yield _depth(snapshot.dead_letters)
    letters = snapshot.dead_letter_names
    if letters is None:
        yield f"names: {_UNKNOWN}"
        return
    yield from _listed(
        [
            one.raw_key + (f" (replay {one.replay_name})" if one.replay_name else "")
            for one in letters
        ]
    )
    if letters:
        yield f"make redrive ENV={snapshot.environment} retries them"


def _failed_runs(snapshot: Snapshot) -> Iterator[str]:
    yield _depth(snapshot.failed_runs)
    found = snapshot.failed_run_names
    if found is None:
        yield f"names: {_UNKNOWN}"
        return
    yield from _listed([f"{one.name} ({one.reason})" for one in found])


def _authorisation(found: Authorisation | None) -> list[str]:
    if found is None:
        return [_UNKNOWN]
    if found.fault:
        return [found.fault]
    if not found.has_user:
        return ["the app's own token, no user"]
    age = "of unknown age" if found.age_days is None else f"{found.age_days:.0f} days old"
    scopes = "not stated" if found.scopes is None else ", ".join(found.scopes)
    lines = [f"a user's, {age}; expires after about {EXPIRY_DAYS} days", f"scopes: {scopes}"]
    if found.missing_scopes:
        lines.append(f"missing scopes: {', '.join(found.missing_scopes)}")
    return lines


def _calls(calls: Calls | None) -> list[str]:
    if calls is None:
        return [_UNKNOWN]
    return [f"{calls.used:,} of {calls.limit:,} in the last 24 hours"]


def _alarms(snapshot: Snapshot) -> list[str]:
    if snapshot.alarms is None:
        return [_UNKNOWN]
    if not snapshot.alarms:
        return ["no alarms"]
    active = [alarm for alarm in snapshot.alarms if alarm.state == "ALARM"]
    counts = f"{len(snapshot.alarms):,}, {len(active):,} in ALARM"
    return [counts, *_listed([f"{one.name}: {one.reason or 'no reason'}" for one in active])]


def _rows_title(rows: DayRows | None) -> str:
    return f"Rows {rows.day}" if rows else "Rows"


def _rows(snapshot: Snapshot) -> list[str]:
    if snapshot.rows:
        return [", ".join(f"{name} {count:,}" for name, count in snapshot.rows.tables.items())]
    is_unread = any(one.part == "rows" for one in snapshot.unreadable)
    return [_UNKNOWN if is_unread else "nothing extracted yet"]


def _depth(depth: QueueDepth | None) -> str:
    if depth is None:
        return _UNKNOWN
    delayed = f", {depth.delayed:,} delayed" if depth.delayed else ""
    return f"{depth.waiting:,} waiting, {depth.in_flight:,} in flight{delayed}"


def _listed(names: list[str]) -> list[str]:
    left = len(names) - _LISTED
    return names[:_LISTED] + ([f"… and {left:,} more: JSON=1 lists all"] if left > 0 else [])


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60} min"
