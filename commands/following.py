"""Progress and result of make extract."""

import time
from collections.abc import Callable

import msgspec
import typer

from commands.display import run_line
from operations.deployment import Deployment
from operations.runs.follow import Progress, follow
from operations.runs.start import start
from operations.terminal import SafeConsole
from spotify_pipeline.raw import RunRecord

_INTERRUPTED = 130


def extract_now(
    deployment: Deployment,
    schedule: str,
    console: SafeConsole,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Start a run of a schedule and follow it to its end. True if it is complete."""
    request = start(deployment, schedule)
    console.print(f"Run {request.run_id} of the schedule {schedule}", soft_wrap=True)
    shown = progress = Progress()
    try:
        with console.status("Starting …") as status:
            for progress in follow(deployment, request, sleep):
                status.update(_now(progress))
                for record in progress.records[len(shown.records) :]:
                    _show(record, console)
                shown = progress
    except KeyboardInterrupt:
        console.print(f"Stopped following. The run {request.run_id} goes on", soft_wrap=True)
        raise typer.Exit(_INTERRUPTED) from None
    mark = "[green]✓[/]" if progress.is_complete else "[red]✗[/]"
    console.print(f"{mark} {progress.records[-1].status}, {progress.parts} raw part(s) stored")
    if progress.parts:
        console.print("  Their rows are in the tables once the transform function has run")
    return progress.is_complete


def _now(progress: Progress) -> str:
    stored = f"{progress.parts} raw part(s) stored"
    if progress.resume_at:
        return f"Waiting until {progress.resume_at:%Y-%m-%d %H:%M} UTC … {stored}"
    return f"Extracting … {stored}"


def _show(record: RunRecord, console: SafeConsole) -> None:
    line = f"Attempt {record.attempt}: {run_line(msgspec.structs.asdict(record))}"
    if record.resume_at:
        line += f"; resumes at {record.resume_at:%Y-%m-%d %H:%M} UTC"
    console.print(line, soft_wrap=True, markup=False)
