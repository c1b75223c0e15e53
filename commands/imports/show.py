"""The steps of make import with their progress, and its result."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from commands.progress import counted, dead_letters_of, list_names, show_transforming
from operations.deployment import Deployment
from operations.imports.export import Export
from operations.imports.play_import import PlayImport
from operations.imports.reading import Reading
from operations.terminal import SafeConsole


def import_plays(deployment: Deployment, export: Export, console: SafeConsole) -> bool:
    """Import the plays, and follow the transform. False if anything is missing."""
    show_files(export, console)
    plays = PlayImport(deployment.client("s3"), deployment.output("BucketName"), export.files)
    retention = timedelta(days=deployment.configuration.retention_days.transformed_data)
    now = datetime.now(UTC)
    _show_reading(console, "Identifying", export, plays.identify(now=now, retention=retention))
    console.print(f"Run {plays.run_id}")
    _show_reading(console, "Importing", export, plays.write())
    if plays.parts.written:
        show_transforming(deployment, plays.parts.written, console)
    return _conclude(deployment, plays, console)


def show_files(export: Export, console: SafeConsole) -> None:
    list_names(console, "with plays", [file.name for file in export.files])
    list_names(console, "left closed, by their names without plays", export.unopened)


def _show_reading(
    console: SafeConsole, title: str, export: Export, steps: Iterator[Reading]
) -> None:
    columns = (
        TextColumn(title),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[plays]}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=sum(file.size for file in export.files), plays="")
        for reading in steps:
            plays = counted(reading.plays, "play") if reading.plays else ""
            bar.update(task, completed=reading.bytes, plays=plays)


def _conclude(deployment: Deployment, plays: PlayImport, console: SafeConsole) -> bool:
    reading, parts = plays.reading, plays.parts
    list_names(console, "unreadable, in rejected", reading.unreadable)
    list_names(console, "not part of a play, left out", sorted(reading.left_out))
    damaged = [f"{name}: {reason}" for name, reason in reading.damaged.items()]
    list_names(console, "not read to the end", damaged)
    failed = [
        letter.raw_key for letter in dead_letters_of(deployment) if plays.run_id in letter.raw_key
    ]
    list_names(console, "in the dead-letter queue", failed)
    sign = "[red]✗[/]" if damaged or failed else "[green]✓[/]"
    console.print(
        f"{sign} {counted(reading.plays, 'play')} in {counted(len(plays.files), 'file')}: "
        f"{counted(parts.written, 'raw part')} written, {parts.present:,} present already",
        soft_wrap=True,
    )
    return not (damaged or failed)
