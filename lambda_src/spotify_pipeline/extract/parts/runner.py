"""Doing the parts of a plan that are not stored yet."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from spotify_pipeline.extract.concurrency import run_all
from spotify_pipeline.extract.errors import InterruptionError
from spotify_pipeline.extract.parts.fetching import PartFetcher, PartProgress
from spotify_pipeline.extract.parts.writing import Counts, PartBuilder
from spotify_pipeline.extract.plan import Plan, Planned
from spotify_pipeline.extract.spotify.client import Spotify
from spotify_pipeline.extract.state.run_store import RunStore

_AT_ONCE = 2
"""While one part is looked at again and stored, requests go out for the next."""


class Done(msgspec.Struct):
    """What has come of parts, by number.

    `ours` are those that this attempt has stored itself; of others something was `unavailable`.
    """

    counts: dict[int, Counts] = {}
    ours: dict[int, Counts] = {}
    unavailable: dict[int, str] = {}


class PartsRun:
    """Does parts, and notes each in `done` as soon as it is stored."""

    def __init__(
        self, plan: Plan, store: RunStore, spotify: Spotify, concurrency: int, done: Done
    ) -> None:
        self._plan = plan
        self._store = store
        self._spotify = spotify
        self._concurrency = concurrency
        self._done = done
        self._reading = threading.Lock()

    def do(self, first: int, *, is_resumed: bool) -> None:
        """All of the plan's parts, numbered from `first`; resumed ones may be half done.

        Raises what interrupts the attempt, when nothing is under way any more.
        """
        with ThreadPoolExecutor(_AT_ONCE) as parts:
            tasks = [
                partial(self._do, number, planned, is_resumed)
                for number, planned in enumerate(self._plan.parts, start=first)
            ]
            run_all(parts, tasks)

    def _do(self, number: int, planned: list[Planned], is_resumed: bool) -> None:
        counts = self._store.part_counts(number)
        if counts is None:
            work = self._store.work(number) if is_resumed else PartProgress()
            if left := self._fetch(number, planned, work):
                self._done.unavailable[number] = left
                return
            counts, is_ours = self._store.save_part(number, self._build(number, planned, work))
            if is_ours:
                self._done.ours[number] = counts
        self._done.counts[number] = counts

    def _fetch(self, number: int, planned: list[Planned], work: PartProgress) -> str | None:
        """Fetch what a part lacks; what is there of it is kept if that is not all of it."""
        try:
            # Threads of its own: what it looks at again waits for no other part's pages.
            with ThreadPoolExecutor(self._concurrency) as pool:
                listed, reading = self._plan.listed, self._reading
                fetch = PartFetcher(planned, work, self._spotify, pool, listed, reading)
                left = fetch.run()
        except InterruptionError:
            self._store.save_checkpoint(number, work)
            raise
        if left:
            self._store.save_checkpoint(number, work)
        return left

    def _build(self, number: int, planned: list[Planned], work: PartProgress) -> PartBuilder:
        part = PartBuilder(self._plan.run_id)
        for playlist in self._plan.not_walked if number == 0 else ():
            part.add_not_walked(playlist)
        for place in range(len(planned)):
            if place in work.walks:
                part.add_walk(work.walks.pop(place))
            else:
                part.add_records(work.records.pop(place))
        return part
