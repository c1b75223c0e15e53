"""The two stages of a run: what its sources name, then what is worth asking about it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec

from spotify_pipeline.extract.enrichment import kinds_worth_asking, plan_enrichment
from spotify_pipeline.extract.errors import OUTAGE_SECONDS, OutageError
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.parts.runner import Done, PartsRun
from spotify_pipeline.extract.parts.writing import Counts
from spotify_pipeline.extract.plan import Plan, make_plan
from spotify_pipeline.extract.resume import Resumer
from spotify_pipeline.extract.settings import Settings
from spotify_pipeline.extract.spotify.client import Spotify
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.spotify.regime import regime_of
from spotify_pipeline.extract.spotify.response import UnavailableError
from spotify_pipeline.extract.state.run_store import RunStore
from spotify_pipeline.extract.state.scan import see
from spotify_pipeline.extract.state.schedule_state import Refresh, Seen
from spotify_pipeline.extract.state.schedule_state_store import ScheduleStateStore
from spotify_pipeline.keys import PlanOf
from spotify_pipeline.raw import RunRecord

_LONGEST_PAUSE_SECONDS = 3600
"""What was unavailable is tried again after ever longer pauses, up to this one."""


class Means(msgspec.Struct):
    """What a run works with: its own objects, its schedule's memory, time, and a next time."""

    settings: Settings
    store: RunStore
    memory: ScheduleStateStore
    resumer: Resumer
    rate_limiter: RateLimiter


class Stages:
    """Does the parts that are not stored yet. `stored` counts what this attempt has stored."""

    def __init__(
        self,
        request: RunRequest,
        means: Means,
        summary: RunRecord,
        spotify: Spotify,
    ) -> None:
        self.stored = Counts()
        self._request = request
        self._settings = means.settings
        self._store = means.store
        self._memory = means.memory
        self._summary = summary
        self._spotify = spotify

    def do(self) -> None:
        """Raises what interrupts the attempt, after it is remembered what is stored."""
        plan, is_resumed = self._plan("sources", self._make_plan)
        self._summary.playlists_seen = len(plan.playlists)
        self._summary.regime = regime_of(filter(None, (one.listing for one in plan.playlists)))
        self._do_parts(plan, first=0, is_resumed=is_resumed)
        if self._settings.enrichment_requests:
            enrichment, is_resumed = self._plan("enrichment", self._make_enrichment)
            self._do_parts(enrichment, first=len(plan.parts), is_resumed=is_resumed)

    def _plan(self, of: PlanOf, make: Callable[[], Plan]) -> tuple[Plan, bool]:
        """The plan of a stage, and whether an earlier attempt has made it."""
        plan = self._store.plan(of)
        if plan is not None:
            return plan, True
        return self._store.save_plan(of, make()), False

    def _make_plan(self) -> Plan:
        refresh = Refresh(
            self._memory.load(),
            self._request.time,
            self._request.refresh == "full",
            self._settings.full_refresh_days,
        )
        try:
            with ThreadPoolExecutor(self._settings.concurrency) as pool:
                return make_plan(self._request, self._spotify, pool, refresh)
        except UnavailableError as error:
            raise self._later(f"what there is could not be listed: {error}") from error

    def _make_enrichment(self) -> Plan:
        return plan_enrichment(
            self._request.run_id,
            self._memory.load(),
            self._summary.regime,
            self._settings.enrichment_requests,
        )

    def _do_parts(self, plan: Plan, first: int, *, is_resumed: bool) -> None:
        done = Done()
        parts = PartsRun(plan, self._store, self._spotify, self._settings.concurrency, done)
        try:
            parts.do(first, is_resumed=is_resumed)
        finally:
            for counts in done.counts.values():
                self._add(counts)
            self.stored = sum(done.ours.values(), self.stored)
            self._learn(sorted(done.counts))
        for reason in done.unavailable.values():
            raise self._later(f"not all of it was available: {reason}")

    def _add(self, counts: Counts) -> None:
        self._summary.playlists_walked += counts.walked
        self._summary.playlists_refused += counts.refused
        self._summary.entries += counts.entries
        self._summary.parts += counts.parts

    def _later(self, reason: str) -> OutageError:
        pause = OUTAGE_SECONDS * 2 ** (self._request.attempt - 1)
        return OutageError(reason, min(_LONGEST_PAUSE_SECONDS, pause))

    def _learn(self, parts: list[int]) -> None:
        """Remember what is stored, read from the parts: the same whichever attempt stored them."""
        seen = Seen()
        wanted = bool(self._settings.enrichment_requests)
        kinds = kinds_worth_asking(self._summary.regime) if wanted else ()
        for number in parts:
            see(self._store.part(number), self._request.time, kinds, seen)
        self._memory.learn(seen, self._settings.enrichment_days)
