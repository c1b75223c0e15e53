"""Waits for the attempts at runs that began before a tombstone, and may not know of it."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from operations.purge.survey import Say
from spotify_pipeline.extract import clock
from spotify_pipeline.extract.state.ledger_store import LedgerStore

_STEP_SECONDS = 5.0


def running_until(s3: Any, bucket: str) -> datetime | None:
    """The end of the last invocation that reserves calls; None if no attempt runs.

    A killed attempt leaves its reservation until that time.
    """
    ends = [one.until for one in LedgerStore(s3, bucket).load().reservations.values()]
    now = clock.utc_now()
    return max((end for end in ends if end > now), default=None)


def await_attempts(
    s3: Any, bucket: str, say: Say, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Wait until no attempt runs: at most for the time limit of the extract function."""
    while end := running_until(s3, bucket):
        say(f"Waiting for a run, until {end:%H:%M:%S} UTC at the latest …")
        sleep(_STEP_SECONDS)
