"""Fetches and stores the parts of a plan that are not stored yet."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from spotify_pipeline.extract.concurrency import run_all
from spotify_pipeline.extract.errors import InterruptionError
from spotify_pipeline.extract.parts.fetching import PartFetcher, PartProgress
from spotify_pipeline.extract.parts.writing import Counts, build_part
from spotify_pipeline.extract.plan import Plan, Planned
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.state.run_store import RunStore
from spotify_pipeline.extract.state.schedule_state import Scan

_PARTS_AT_ONCE = 2
"""While one part is rechecked and stored, the next one is fetched."""


class PartsRunner:
    """Fetches and stores parts. The attributes hold the results also after an interruption.

    By part number: `counts` and `scans` of stored parts, `own_counts` of those that this attempt
    has stored, and `unavailable`, the reason why a part is incomplete. `scan` scans a part's
    content.
    """

    def __init__(
        self,
        plan: Plan,
        store: RunStore,
        spotify: SpotifyClient,
        concurrency: int,
        scan: Callable[[bytes], Scan],
    ) -> None:
        self.scans: dict[int, Scan] = {}
        self.counts: dict[int, Counts] = {}
        self.own_counts: dict[int, Counts] = {}
        self.unavailable: dict[int, str] = {}
        self._plan = plan
        self._store = store
        self._spotify = spotify
        self._concurrency = concurrency
        self._scan = scan
        self._reading = threading.Lock()

    def run(self, first: int, *, is_resumed: bool) -> None:
        """Run all parts of the plan, numbered from `first`; resumed ones may have checkpoints.

        Raises the error that interrupts the attempt, after all parts have stopped.
        """
        with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
            tasks = [
                partial(self._run_part, number, planned, is_resumed)
                for number, planned in enumerate(self._plan.parts, start=first)
            ]
            run_all(pool, tasks)

    def _run_part(self, number: int, planned: list[Planned], is_resumed: bool) -> None:
        counts = self._store.part_counts(number)
        if counts is None:
            progress = self._store.checkpoint(number) if is_resumed else PartProgress()
            if reason := self._fetch(number, planned, progress):
                self.unavailable[number] = reason
                return
            purged = self._store.purged()
            part = build_part(self._plan, number, planned, progress, purged)
            counts, is_own = self._store.save_part(number, part)
            if is_own:
                self.own_counts[number] = counts
        self.counts[number] = counts
        # While another part is read: at the end of the run nothing else would be done meanwhile.
        self.scans[number] = self._scan(self._store.part(number))

    def _fetch(self, number: int, planned: list[Planned], progress: PartProgress) -> str | None:
        """Complete the progress of a part. Saves a checkpoint if the part is incomplete."""
        try:
            # A pool for each part: its recheck does not wait for another part's pages.
            with ThreadPoolExecutor(self._concurrency) as pool:
                reason = PartFetcher(
                    planned, progress, self._spotify, pool, self._plan.library_size, self._reading
                ).run()
        except InterruptionError:
            self._store.save_checkpoint(number, progress)
            raise
        if reason:
            self._store.save_checkpoint(number, progress)
        return reason
