"""Results of make redrive for failed runs."""

from commands.progress import counted, list_names
from operations.deployment import Deployment
from operations.failed_runs.redrive import redrive_runs
from operations.terminal import SafeConsole


def redrive_failed_runs(deployment: Deployment, console: SafeConsole) -> bool:
    """Start the failed runs again and report each one. False if any could not be started."""
    started: dict[str, str] = {}
    failed: list[str] = []
    with console.status("Starting failed runs …"):
        for run, fault in redrive_runs(deployment):
            if fault is None:
                started[run.name] = run.reason
            else:
                failed.append(f"{run.name} ({fault})")
    if not (started or failed):
        console.print("There are no failed runs")
    if started:
        console.print(f"[green]✓[/] Started {counted(len(started), 'failed run')} again:")
        list_names(console, "", [f"{name} ({reason})" for name, reason in started.items()])
    if failed:
        console.print(f"[red]✗[/] {counted(len(failed), 'failed run')} not started:")
        list_names(console, "", failed)
    return not failed
