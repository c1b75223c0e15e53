"""The two stages of a run: what its sources name, then what is worth asking about it."""

from concurrent.futures import ThreadPoolExecutor

import msgspec

from spotify_pipeline.extract.answer import UnavailableError
from spotify_pipeline.extract.enrichment import kinds_worth_asking, plan_enrichment
from spotify_pipeline.extract.interruption import OutageError
from spotify_pipeline.extract.memory import Refresh, Seen
from spotify_pipeline.extract.memory_store import MemoryStore
from spotify_pipeline.extract.pace import Pace
from spotify_pipeline.extract.parts import Counts
from spotify_pipeline.extract.parts_run import Done, PartsRun
from spotify_pipeline.extract.plan import Plan, make_plan
from spotify_pipeline.extract.regime import regime_of
from spotify_pipeline.extract.request import RunRequest
from spotify_pipeline.extract.resume import Resumer
from spotify_pipeline.extract.seen import see
from spotify_pipeline.extract.settings import Settings
from spotify_pipeline.extract.spotify import Spotify
from spotify_pipeline.extract.store import RunStore
from spotify_pipeline.extract.summary import Summary

_FAULT_SECONDS = (300, 3600)
"""Seconds until what was unavailable is tried again; twice as many each time, up to the second."""


class Means(msgspec.Struct):
    """What a run works with: its own objects, its schedule's memory, time, and a next time."""

    settings: Settings
    store: RunStore
    memory: MemoryStore
    resumer: Resumer
    pace: Pace


class Stages:
    """Does the parts that are not stored yet. `stored` counts what this attempt has stored."""

    def __init__(
        self,
        request: RunRequest,
        means: Means,
        summary: Summary,
        spotify: Spotify,
    ) -> None:
        self.stored = Counts()
        self._request = request
        self._settings = means.settings
        self._store = means.store
        self._memory = means.memory
        self._summary = summary
        self._spotify = spotify
        self._is_resumed = False

    def do(self) -> None:
        """Raises what interrupts the attempt, after it is remembered what is stored."""
        plan = self._plan_sources()
        self._summary.playlists_seen = len(plan.playlists)
        self._summary.regime = regime_of(filter(None, (one.listing for one in plan.playlists)))
        self._do_parts(plan, first=0)
        if self._settings.enrichment_requests:
            self._do_parts(self._plan_enrichment(), first=len(plan.parts))

    def _plan_sources(self) -> Plan:
        plan = self._store.plan("sources")
        self._is_resumed = plan is not None
        if plan is None:
            refresh = Refresh(
                self._memory.load(),
                self._request.time,
                self._request.refresh == "full",
                self._settings.full_refresh_days,
            )
            try:
                with ThreadPoolExecutor(self._settings.concurrency) as pool:
                    made = make_plan(self._request, self._spotify, pool, refresh)
            except UnavailableError as error:
                raise self._later(f"what there is could not be listed: {error}") from error
            plan = self._store.keep_plan("sources", made)
        return plan

    def _plan_enrichment(self) -> Plan:
        plan = self._store.plan("enrichment")
        self._is_resumed = plan is not None
        if plan is None:
            made = plan_enrichment(
                self._request.run_id,
                self._memory.load(),
                self._summary.regime,
                self._settings.enrichment_requests,
            )
            plan = self._store.keep_plan("enrichment", made)
        return plan

    def _do_parts(self, plan: Plan, first: int) -> None:
        done = Done()
        parts = PartsRun(plan, self._store, self._spotify, self._settings.concurrency, done)
        try:
            parts.do(first, is_resumed=self._is_resumed)
        finally:
            for counts in done.counts.values():
                self._summary.add(counts)
            self.stored = sum(done.ours.values(), self.stored)
            self._learn(sorted(done.counts))
        for reason in done.unavailable.values():
            raise self._later(f"not all of it was available: {reason}")

    def _later(self, reason: str) -> OutageError:
        shortest, longest = _FAULT_SECONDS
        return OutageError(reason, min(longest, shortest * 2 ** (self._request.attempt - 1)))

    def _learn(self, parts: list[int]) -> None:
        """Remember what is stored, read from the parts: the same whichever attempt stored them."""
        seen = Seen()
        wanted = bool(self._settings.enrichment_requests)
        kinds = kinds_worth_asking(self._summary.regime) if wanted else ()
        for number in parts:
            see(self._store.part(number), self._request.time, kinds, seen)
        self._memory.learn(seen, self._settings.enrichment_days)
