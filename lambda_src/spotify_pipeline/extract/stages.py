"""The two stages of a run: first its sources, then the enrichment of what they only name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil

from spotify_pipeline.environment import ExtractEnvironment
from spotify_pipeline.extract.enrichment import REGIMES_WITH_BATCHES, plan_enrichment
from spotify_pipeline.extract.errors import (
    OUTAGE_SECONDS,
    IncompleteLibraryError,
    InterruptionError,
    OutageError,
    RunRefusedError,
    SupersededError,
    UnavailableError,
)
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.parts.runner import PartsRunner
from spotify_pipeline.extract.parts.writing import Counts
from spotify_pipeline.extract.plan import Plan
from spotify_pipeline.extract.planner import make_plan
from spotify_pipeline.extract.spotify.client import PAGE, SpotifyClient
from spotify_pipeline.extract.spotify.regime import regime_of
from spotify_pipeline.extract.state.budget import CallBudget
from spotify_pipeline.extract.state.history import Coverage, cover
from spotify_pipeline.extract.state.run_store import RunStore
from spotify_pipeline.extract.state.scan import scan_part
from spotify_pipeline.extract.state.schedule_state import KINDS, Refresh, Scan
from spotify_pipeline.extract.state.schedule_state_store import ScheduleStateStore
from spotify_pipeline.extract.state.wanted_tracks import WantedTracks

_SPARE = 2
"""Tracks that only plays name get the half of the free calls: later runs need the other half."""

_LONGEST_PAUSE_SECONDS = 3600
"""Pauses before another attempt double up to this one."""


class Stages:
    """Plans the stages, and runs the parts that are not stored yet.

    A resumed run makes no further requests if there is a `newer_run`.

    The attributes hold the results also after an interruption: the number of playlists and the
    regime, `counts` of the whole run so far, and `own_counts` of the parts of this attempt.
    `coverage` is that of the run so far. `play_gaps` are those of the last day, of a run that reads
    plays. `remark` is the reason of a complete run, `postponed` what
    interrupted its enrichment.
    """

    def __init__(
        self,
        request: RunRequest,
        environment: ExtractEnvironment,
        store: RunStore,
        state_store: ScheduleStateStore,
        budget: CallBudget,
        newer_run: Callable[[], str | None],
        wanted: WantedTracks,
    ) -> None:
        self.playlists = 0
        self.regime: str | None = None
        self.counts = Counts()
        self.own_counts = Counts()
        self.coverage = Coverage()
        self.play_gaps: int | None = None
        self.remark: str | None = None
        self.postponed: InterruptionError | RunRefusedError | None = None
        self._request = request
        self._environment = environment
        self._store = store
        self._state_store = state_store
        self._budget = budget
        self._newer_run = newer_run
        self._wanted = wanted

    def run(self, spotify: SpotifyClient) -> None:
        """Fetch and store the sources, then the enrichment.

        Raises the error that interrupts the attempt, after updating the schedule's state. An
        interruption of the enrichment is not raised: `runs` says nothing of its completeness.
        """
        if self._request.attempt > 1 and (newer := self._newer_run()):
            spotify.stop(SupersededError(newer))
        plan, is_resumed = self._plan_sources(spotify)
        self.playlists = len(plan.playlists)
        self.regime = regime_of(
            listing.regime for one in plan.playlists if (listing := one.listing)
        )
        self._run_parts(plan, spotify, first=0, is_resumed=is_resumed)
        if self._is_enriched:
            self._enrich(spotify, first=len(plan.parts))
        if plan.library and plan.library.is_incomplete:
            raise IncompleteLibraryError(str(plan.library.reason))
        self.remark = plan.library.reason if plan.library else None

    @property
    def _is_enriched(self) -> bool:
        """Plays are requested often: their artists and albums are left to the playlists' runs."""
        wants_plays = self._request.sources.recently_played
        return self._environment.enrichment_requests > 0 and not wants_plays

    def _enrich(self, spotify: SpotifyClient, first: int) -> None:
        enrichment, is_resumed = self._plan_enrichment()
        try:
            self._run_parts(enrichment, spotify, first, is_resumed=is_resumed)
        except (InterruptionError, RunRefusedError) as interruption:
            self.postponed = interruption

    def _plan_sources(self, spotify: SpotifyClient) -> tuple[Plan, bool]:
        """The plan of the sources, and True if an earlier attempt has stored it."""
        if stored := self._store.plan("sources"):
            return stored, True
        refresh = Refresh(
            self._state_store.load(),
            self._request.time,
            self._request.refresh == "full",
            self._environment.full_refresh_days,
        )
        listed = refresh.state.library
        self._budget.expected = ceil(listed.total / PAGE) if listed and listed.total else 1
        try:
            return self._make_plan(spotify, refresh), False
        except UnavailableError as error:
            raise self._outage(f"the sources could not be listed: {error}") from error

    def _make_plan(self, spotify: SpotifyClient, refresh: Refresh) -> Plan:
        with (
            self._store.planning() as progress,
            ThreadPoolExecutor(self._environment.concurrency) as pool,
        ):
            plan = make_plan(
                self._request,
                spotify,
                pool,
                refresh,
                progress,
                save=self._store.save_planning,
                free_calls=self._budget.free,
                accepts_faults=self._is_last_attempt,
                purged=self._store.purged(),
            )
            return self._store.save_plan("sources", plan)

    @property
    def _is_last_attempt(self) -> bool:
        return self._request.attempt > self._environment.resumes

    def _plan_enrichment(self) -> tuple[Plan, bool]:
        """The plan of the enrichment, and True if an earlier attempt has stored it."""
        if stored := self._store.plan("enrichment"):
            return stored, True
        tracks = self._wanted.pending()
        plan = plan_enrichment(
            self._request.run_id,
            self._state_store.load(),
            self.regime,
            self._environment.enrichment_requests,
            tracks=tracks,
            spare_calls=self._budget.free() // _SPARE if tracks else 0,
        )
        return self._store.save_plan("enrichment", plan), False

    def _run_parts(
        self, plan: Plan, spotify: SpotifyClient, first: int, *, is_resumed: bool
    ) -> None:
        self._budget.expected = plan.calls
        runner = PartsRunner(plan, self._store, spotify, self._environment.concurrency, self._scan)
        try:
            runner.run(first, is_resumed=is_resumed)
        finally:
            self.counts = sum(runner.counts.values(), self.counts)
            self.own_counts = sum(runner.own_counts.values(), self.own_counts)
            self._update_state(plan, [runner.scans[n] for n in sorted(runner.scans)])
        for reason in runner.unavailable.values():
            raise self._outage(f"not all of it was available: {reason}")

    def _outage(self, reason: str) -> OutageError:
        pause = OUTAGE_SECONDS * 2 ** (self._request.attempt - 1)
        return OutageError(reason, min(_LONGEST_PAUSE_SECONDS, pause))

    def _scan(self, part: bytes) -> Scan:
        kinds = KINDS if self._is_enriched else ()
        return scan_part(part, self._request.time, kinds)

    def _update_state(self, plan: Plan, scans: list[Scan]) -> None:
        """Update the schedule's state from stored parts, whichever attempt stored them."""
        library = plan.library.counts if plan.library and not plan.library.fault else None
        scan = Scan(library=library, user_id=plan.user_id)
        for one in scans:
            scan.merge(one)
        self.regime = self.regime or regime_of(scan.regimes)
        if self.regime not in REGIMES_WITH_BATCHES:
            for named in scan.named.values():
                named.clear()
        if self._environment.enrichment_requests:
            self._wanted.note(scan.described)
        state = self._state_store.update(scan, self._environment.enrichment_days)
        if plan.playlists:
            self.coverage = cover(plan, scan, state)
        if state.plays and self._request.sources.recently_played:
            self.play_gaps = state.plays.gaps_within_a_day(self._request.time)
