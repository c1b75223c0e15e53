"""One attempt at a run: its stages, how it ends, and the run record last."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec

from spotify_pipeline.extract.errors import InterruptionError
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.parts.writing import Counts
from spotify_pipeline.extract.spotify.client import Spotify
from spotify_pipeline.extract.spotify.refusals import RunRefusedError
from spotify_pipeline.extract.stages import Means, Stages
from spotify_pipeline.raw import Envelope, RunRecord
from spotify_pipeline.statuses import RunStatus


class Attempt:
    """One attempt at a run.

    `summary` tells of the run so far, `stored` of what this attempt has stored, and `cause` of
    the error or interruption that ended it, if one did.
    """

    def __init__(self, request: RunRequest, means: Means) -> None:
        self.summary = _new_record(request)
        self.stored = Counts()
        self.cause: Exception | None = None
        self._request = request
        self._means = means

    def run(self, connect: Callable[[], Spotify]) -> RunRecord:
        """Do what is left of the run. `connect` may fail; the run record then tells of that.

        What only time mends ends the attempt as `partial` and has the run started again, unless
        nobody knows when that would help. What only a person mends ends it with a status of its
        own. Any other error is recorded as `failed` and raised, so that Lambda tries again.
        """
        spotify: Spotify | None = None
        try:
            spotify = connect()
            self._do_stages(spotify)
            self.summary.status = RunStatus.COMPLETE
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
            self.summary.api_calls = spotify.calls if spotify else 0
            self.summary.throttled_seconds = round(self._means.rate_limiter.throttled_seconds)
            self._record()
        return self.summary

    def _do_stages(self, spotify: Spotify) -> None:
        stages = Stages(self._request, self._means, self.summary, spotify)
        try:
            stages.do()
        finally:
            self.stored = stages.stored

    def _end_as_partial(self, interruption: InterruptionError) -> None:
        summary = self.summary
        self.cause = interruption
        summary.status, summary.reason = RunStatus.PARTIAL, str(interruption)
        if interruption.pause is None:
            return
        at = datetime.now(UTC) + timedelta(seconds=interruption.pause)
        summary.resume_at = self._means.resumer.schedule(self._request, summary.attempt, at)
        if summary.resume_at is None:
            summary.reason += f"; not started again after attempt {summary.attempt}"

    def _record(self) -> None:
        """Store it under the first attempt that has none: a retried event names no other."""
        summary = self.summary
        for attempt in count(summary.attempt):
            summary.attempt = attempt
            summary.finished_at = datetime.now(UTC)
            record = Envelope(
                kind="run",
                run_id=summary.run_id,
                fetched_at=summary.finished_at,
                body=msgspec.Raw(msgspec.json.encode(summary)),
            )
            if self._means.store.save_run_record(attempt, record):
                return


def _new_record(request: RunRequest) -> RunRecord:
    """The record of an attempt that has just begun; `failed` until it ends otherwise."""
    return RunRecord(
        run_id=request.run_id,
        attempt=request.attempt,
        schedule=request.schedule,
        started_at=datetime.now(UTC),
        status=RunStatus.FAILED,
        api_calls=0,
        throttled_seconds=0,
        playlists_seen=0,
        playlists_walked=0,
        playlists_refused=0,
        entries=0,
        parts=0,
    )
