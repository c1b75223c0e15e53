"""Concurrent tasks in threads."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, as_completed, wait


def run_all(pool: Executor, tasks: Iterable[Callable[[], None]]) -> None:
    """Run all tasks. Raise the first error after the tasks that have started end."""
    futures = [pool.submit(task) for task in tasks]
    try:
        for future in as_completed(futures):
            future.result()
    finally:
        for future in futures:
            future.cancel()
        wait(futures)
