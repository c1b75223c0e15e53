"""One attempt at a run: runs the stages, and stores the run record last."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import msgspec

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import InterruptionError, RunRefusedError
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.resume import ForeignEntryError, Resumer
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.stages import Stages
from spotify_pipeline.extract.state.budget import CallBudget
from spotify_pipeline.extract.state.history import Comparison, PastRun, RunHistory
from spotify_pipeline.extract.state.run_store import RunStore
from spotify_pipeline.raw import Envelope, RunRecord
from spotify_pipeline.statuses import RunStatus


class Attempt:
    """One attempt at a run.

    `summary` is the run record, `cause` the error or interruption that ended the attempt,
    `comparison` that of a complete run with earlier ones, and `spotify` the client after a
    successful connection.
    """

    def __init__(
        self,
        request: RunRequest,
        stages: Stages,
        store: RunStore,
        resumer: Resumer,
        rate_limiter: RateLimiter,
        budget: CallBudget,
        history: RunHistory,
    ) -> None:
        self.summary = _new_record(request)
        self.cause: Exception | None = None
        self.comparison = Comparison()
        self.spotify: SpotifyClient | None = None
        self._request = request
        self._stages = stages
        self._store = store
        self._resumer = resumer
        self._rate_limiter = rate_limiter
        self._budget = budget
        self._history = history

    def run(self, connect: Callable[[], SpotifyClient]) -> RunRecord:
        """Run the stages. The run record also states an error of `connect`.

        Transient errors end the attempt as `partial` and schedule a resume, if a pause is known.
        A refusal of the app or its user ends it with a status of its own. Any other error is
        recorded as `failed` and raised, so that Lambda retries.
        """
        try:
            self.spotify = connect()
            self._stages.run(self.spotify)
            self._end_as_complete()
        except InterruptionError as interruption:
            self._end_as_partial(interruption)
        except RunRefusedError as refusal:
            self.cause = refusal
            self.summary.status, self.summary.reason = refusal.status, str(refusal)
        except Exception as error:
            self.cause = error
            self.summary.reason = f"{type(error).__name__}: {error}"
            raise
        finally:
            self._add_results()
            self._save_record()
        return self.summary

    def _end_as_complete(self) -> None:
        """An interrupted enrichment only schedules a resume: the sources are stored."""
        summary, postponed = self.summary, self._stages.postponed
        self.comparison = self._history.add(PastRun(summary.run_id, self._stages.coverage))
        self.cause = postponed
        summary.status, summary.reason = RunStatus.COMPLETE, self._stages.remark
        if postponed is None:
            return
        remarks = [self._stages.remark, f"the enrichment is postponed: {postponed}"]
        reason = "; ".join(filter(None, remarks))
        pause = postponed.pause if isinstance(postponed, InterruptionError) else None
        self._schedule_resume(reason, pause)

    def _end_as_partial(self, interruption: InterruptionError) -> None:
        self.cause = interruption
        self.summary.status = RunStatus.PARTIAL
        self._schedule_resume(str(interruption), interruption.pause)

    def _schedule_resume(self, reason: str, pause: float | None) -> None:
        """Resume the run after `pause` seconds, if that is known and another attempt is left."""
        summary = self.summary
        summary.reason = reason
        if pause is None:
            return
        at = clock.utc_now() + timedelta(seconds=pause)
        try:
            summary.resume_at = self._resumer.schedule(self._request, summary.attempt, at)
        except ForeignEntryError as error:
            summary.reason += f"; {error}"
            raise
        if summary.resume_at is None:
            summary.reason += f"; not started again after attempt {summary.attempt}"

    def _add_results(self) -> None:
        summary, counts = self.summary, self._stages.counts
        summary.regime = self._stages.regime
        summary.playlists_seen = self._stages.playlists
        summary.playlists_walked = counts.walked
        summary.playlists_refused = counts.refused
        summary.entries = counts.entries
        summary.parts = counts.parts
        summary.api_calls = self.spotify.calls if self.spotify else 0
        summary.calls_24h = self._budget.close()
        summary.throttled_seconds = round(self._rate_limiter.throttled_seconds)

    def _save_record(self) -> None:
        """Store the record under the first free attempt number: a retried event repeats its own."""
        summary = self.summary
        for attempt in count(summary.attempt):
            summary.attempt = attempt
            summary.finished_at = clock.utc_now()
            record = Envelope(
                kind="run",
                run_id=summary.run_id,
                fetched_at=summary.finished_at,
                body=msgspec.Raw(msgspec.json.encode(summary)),
            )
            if self._store.save_run_record(attempt, record):
                return


def _new_record(request: RunRequest) -> RunRecord:
    """The record of an attempt that starts now: `failed` unless it ends otherwise."""
    return RunRecord(
        run_id=request.run_id,
        attempt=request.attempt,
        schedule=request.schedule,
        started_at=clock.utc_now(),
        status=RunStatus.FAILED,
        api_calls=0,
        throttled_seconds=0,
        playlists_seen=0,
        playlists_walked=0,
        playlists_refused=0,
        entries=0,
        parts=0,
    )
