"""Progress and results of make replay and make redrive."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from operations.days import spans
from operations.dead_letters import DeadLetter, peek
from operations.deployment import Deployment
from operations.queues import Counts, Queue
from operations.redrive import redrive
from operations.replay import Replay
from operations.terminal import SafeConsole, one_line

_NAMED = 20
"""Failed raw keys that are listed; the rest are counted."""

_INTERRUPTED = 130


def replay_days(deployment: Deployment, first: date, last: date, console: SafeConsole) -> bool:
    """Send the days' raw parts, show progress and report the result. False if any failed."""
    replay = Replay(deployment, first, last)
    progress = replay.progress
    before = _dead_letter_queue(deployment).counts().total
    with _stopping_on_interrupt(console, lambda: counted(progress.sent, "raw part")):
        with console.status("Sending …") as status:
            for _ in replay.send():
                status.update(f"Sending … {progress.sent:,} raw parts")
        console.print(f"Sent {counted(progress.sent, 'raw part')} of {spans(replay.days)}")
        show_transforming(deployment, progress.sent, console)
        letters = dead_letters_of(deployment)
    failed = [letter for letter in letters if replay.owns(letter)]
    list_names(console, "not sent", [f"{key} ({why})" for key, why in progress.unsent.items()])
    list_names(console, "skipped, not raw parts", progress.left_out)
    done = f"{progress.sent - len(failed):,} of {counted(progress.sent, 'raw part')} done"
    _conclude(deployment, console, done, failed)
    if before or letters:
        console.print(f"  In the dead-letter queue: {before:,} before, {len(letters):,} now")
    return not (failed or progress.unsent)


def redrive_all(deployment: Deployment, console: SafeConsole) -> bool:
    """Redrive the dead letters, show progress and report the result. False if any remain.

    New dead letters count as failed redrives.
    """
    moved = 0
    with _stopping_on_interrupt(console, lambda: "the dead letters"):
        with console.status("Moving …") as status:
            sqs = deployment.client("sqs")
            queue = Queue(sqs, deployment.output("QueueUrl"))
            for task in redrive(sqs, _dead_letter_queue(deployment).arn, queue.arn):
                moved = task.moved
                status.update(f"Moving … {moved:,} of {task.to_move:,} dead letters")
        if not moved:
            console.print("The dead-letter queue is empty")
            return True
        console.print(f"Moved {counted(moved, 'dead letter')} back to the queue")
        show_transforming(deployment, moved, console)
        letters = dead_letters_of(deployment)
    done = f"{max(moved - len(letters), 0):,} of {counted(moved, 'dead letter')} done"
    _conclude(deployment, console, done, letters)
    return not letters


def show_transforming(deployment: Deployment, total: int, console: SafeConsole) -> None:
    """Show a progress bar until the queue is empty; new data in it counts as waiting."""
    queue = Queue(deployment.client("sqs"), deployment.output("QueueUrl"))
    columns = (
        TextColumn("Transforming"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[now]}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=total, now="")
        most = 0
        for counts in queue.until_empty(deployment.settling_seconds):
            most = max(most, total - counts.total)
            bar.update(task, completed=most, now=_now(counts))
        bar.update(task, now="")


def _now(counts: Counts) -> str:
    if not counts.total:
        return "empty; confirming"
    return f"{counts.waiting + counts.delayed:,} waiting, {counts.in_flight:,} in flight"


def _dead_letter_queue(deployment: Deployment) -> Queue:
    return Queue(deployment.client("sqs"), deployment.output("DeadLetterQueueUrl"))


def dead_letters_of(deployment: Deployment) -> list[DeadLetter]:
    """The messages in the dead-letter queue, received and given back."""
    return peek(deployment.client("sqs"), deployment.output("DeadLetterQueueUrl"))


def _conclude(
    deployment: Deployment, console: SafeConsole, done: str, failed: Sequence[DeadLetter]
) -> None:
    if not failed:
        console.print(f"[green]✓[/] {done}, none in the dead-letter queue")
        return
    console.print(f"[red]✗[/] {done}, {len(failed):,} in the dead-letter queue:")
    copies = Counter(letter.raw_key for letter in failed)
    list_names(console, "", [key + (f" ({n} times)" if n > 1 else "") for key, n in copies.items()])
    console.print(
        f"  See the log of {deployment.output('TransformFunctionName')}; after the repair: "
        f"make redrive ENV={deployment.configuration.environment}",
        soft_wrap=True,
    )


def list_names(console: SafeConsole, title: str, names: Sequence[str]) -> None:
    if names and title:
        console.print(f"  {len(names):,} {title}:")
    for name in names[:_NAMED]:
        console.print(f"  {escape(one_line(name))}", soft_wrap=True)
    if len(names) > _NAMED:
        console.print(f"  … and {len(names) - _NAMED:,} more")


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


@contextmanager
def _stopping_on_interrupt(console: SafeConsole, sent: Callable[[], str]) -> Iterator[None]:
    """Exit on Ctrl-C, and report that the messages in `sent` are still processed."""
    try:
        yield
    except KeyboardInterrupt:
        console.print(f"Progress display stopped. Still being processed: {sent()}")
        raise typer.Exit(_INTERRUPTED) from None
