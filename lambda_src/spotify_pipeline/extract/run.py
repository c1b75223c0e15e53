"""One attempt at a run: plan, the parts that are not stored yet, and the run record last."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec

from spotify_pipeline.extract.catalogue import album_records, artist_records
from spotify_pipeline.extract.memory import Refresh, walks_in
from spotify_pipeline.extract.memory_store import MemoryStore
from spotify_pipeline.extract.parts import Counts, PartBuilder
from spotify_pipeline.extract.patience import OutOfTimeError, Patience
from spotify_pipeline.extract.plan import (
    Plan,
    Planned,
    PlannedAlbum,
    PlannedArtist,
    PlannedPlaylist,
    make_plan,
)
from spotify_pipeline.extract.regime import regime_of
from spotify_pipeline.extract.request import RunRequest
from spotify_pipeline.extract.resume import Resumer
from spotify_pipeline.extract.spotify import RateLimitedError, Spotify
from spotify_pipeline.extract.store import RunStore
from spotify_pipeline.extract.walk import walk
from spotify_pipeline.raw import Envelope

_UNTOLD_PAUSE_SECONDS = 60
"""How long a rate limit is taken to last that does not say so."""


class Summary(msgspec.Struct):
    """The summary of an attempt: the row of `runs`. Counts are those of the whole run so far."""

    run_id: str
    attempt: int
    schedule: str
    started_at: datetime
    status: str = "failed"
    reason: str | None = None
    regime: str | None = None
    finished_at: datetime | None = None
    resume_at: datetime | None = None
    api_calls: int = 0
    throttled_seconds: int = 0
    playlists_seen: int = 0
    playlists_walked: int = 0
    playlists_refused: int = 0
    entries: int = 0
    parts: int = 0

    def add(self, counts: Counts) -> None:
        self.playlists_walked += counts.walked
        self.playlists_refused += counts.refused
        self.entries += counts.entries
        self.parts += counts.parts


class Means(msgspec.Struct):
    """What a run works with: its own objects, its schedule's memory, time, and a next time."""

    store: RunStore
    memory: MemoryStore
    resumer: Resumer
    patience: Patience
    full_refresh_days: int


def run(request: RunRequest, means: Means, connect: Callable[[], Spotify]) -> Summary:
    """Do what is left of a run. `connect` may fail; the run record then tells of that.

    A rate limit that is too long to wait for, or the end of the invocation's time, ends the
    attempt as `partial` and has the run started again; the used-up quota of the account ends it
    for this time. Any other error is recorded as `failed` and raised, so that Lambda tries again.
    """
    summary = Summary(request.run_id, request.attempt, request.schedule, datetime.now(UTC))
    spotify: Spotify | None = None
    try:
        spotify = connect()
        _attempt(request, means, spotify, summary)
        summary.status = "complete"
    except RateLimitedError as limit:
        _end_as_partial(request, means, summary, limit)
    except OutOfTimeError as end:
        _end_as_partial(request, means, summary, end)
    except Exception as error:
        summary.reason = f"{type(error).__name__}: {error}"
        raise
    finally:
        summary.api_calls = spotify.calls if spotify else 0
        summary.throttled_seconds = means.patience.waited
        _record(means.store, summary)
    return summary


def _attempt(request: RunRequest, means: Means, spotify: Spotify, summary: Summary) -> None:
    plan = means.store.plan()
    if plan is None:
        refresh = Refresh(
            means.memory.load(), request.time, request.refresh == "full", means.full_refresh_days
        )
        plan = means.store.keep_plan(make_plan(request, spotify, refresh))
    try:
        _do_parts(means, spotify, plan, summary)
    finally:
        # Learnt from the parts as they are stored, whichever attempt has stored them.
        stored = (means.store.part(number) for number in range(summary.parts))
        means.memory.learn([walk for part in stored for walk in walks_in(part, request.time)])


def _end_as_partial(
    request: RunRequest, means: Means, summary: Summary, cause: RateLimitedError | OutOfTimeError
) -> None:
    summary.status, summary.reason = "partial", str(cause)
    pause = 0
    if isinstance(cause, RateLimitedError):
        if cause.is_quota:
            return
        pause = _UNTOLD_PAUSE_SECONDS if cause.retry_after is None else cause.retry_after
    at = datetime.now(UTC) + timedelta(seconds=pause)
    summary.resume_at = means.resumer.schedule(request, summary.attempt, at)
    if summary.resume_at is None:
        summary.reason += f"; not started again after attempt {summary.attempt}"


def _do_parts(means: Means, spotify: Spotify, plan: Plan, summary: Summary) -> None:
    summary.playlists_seen = len(plan.playlists)
    summary.regime = regime_of(filter(None, (one.listing for one in plan.playlists)))
    for number, planned in enumerate(plan.parts):
        counts = means.store.part_counts(number)
        if counts is None:
            part = PartBuilder(plan.run_id)
            for playlist in plan.not_walked if number == 0 else ():
                part.add_not_walked(playlist)
            for one in planned:
                means.patience.check()
                _fetch(one, part, spotify)
            counts = means.store.keep_part(number, part)
        summary.add(counts)


def _fetch(one: Planned, part: PartBuilder, spotify: Spotify) -> None:
    match one:
        case PlannedPlaylist():
            part.add_walk(walk(one, spotify))
        case PlannedAlbum():
            part.add_records(album_records(one, spotify))
        case PlannedArtist():
            part.add_records(artist_records(one, spotify))


def _record(store: RunStore, summary: Summary) -> None:
    """Store the record under the first attempt that has none: a retried event names no other."""
    for attempt in count(summary.attempt):
        summary.attempt = attempt
        summary.finished_at = datetime.now(UTC)
        record = Envelope(
            kind="run",
            run_id=summary.run_id,
            fetched_at=summary.finished_at,
            body=msgspec.Raw(msgspec.json.encode(summary)),
        )
        if store.keep_record(attempt, record):
            return
