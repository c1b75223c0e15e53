"""Concurrent tasks in threads."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Executor, wait


def run_all(pool: Executor, tasks: Iterable[Callable[[], None]]) -> None:
    """Run all tasks. Raise the first error after the tasks that have started end."""
    futures = [pool.submit(task) for task in tasks]
    try:
        # Waking up for every single task would take time from the tasks' threads.
        done = wait(futures, return_when=FIRST_EXCEPTION).done
    finally:
        for future in futures:
            future.cancel()
        wait(futures)
    for future in done:
        future.result()
