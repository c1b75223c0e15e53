"""One attempt at a run: plan, the parts that are not stored yet, and the run record last."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec

from spotify_pipeline.extract.catalogue import album_records, artist_records
from spotify_pipeline.extract.memory import Refresh, walks_in
from spotify_pipeline.extract.memory_store import MemoryStore
from spotify_pipeline.extract.parts import Counts, PartBuilder
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
from spotify_pipeline.extract.spotify import RateLimitedError, Spotify
from spotify_pipeline.extract.store import RunStore
from spotify_pipeline.extract.walk import walk
from spotify_pipeline.raw import Envelope


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


class Stores(msgspec.Struct):
    """Where a run keeps its own objects, and where its schedule keeps what it remembers."""

    run: RunStore
    memory: MemoryStore


def run(
    request: RunRequest, stores: Stores, connect: Callable[[], Spotify], full_refresh_days: int
) -> Summary:
    """Do what is left of a run. `connect` may fail; the run record then tells of that.

    A rate limit ends the attempt as `partial`; the same request later does the rest. Any
    other error is recorded as `failed` and raised, so that Lambda tries again.
    """
    summary = Summary(request.run_id, request.attempt, request.schedule, datetime.now(UTC))
    spotify: Spotify | None = None
    try:
        spotify = connect()
        plan = stores.run.plan()
        if plan is None:
            refresh = Refresh(
                stores.memory.load(), request.time, request.refresh == "full", full_refresh_days
            )
            plan = stores.run.keep_plan(make_plan(request, spotify, refresh))
        try:
            _do_parts(stores.run, spotify, plan, summary)
        finally:
            _remember(stores, summary.parts, request.time)
        summary.status = "complete"
    except RateLimitedError as limit:
        summary.status, summary.reason = "partial", str(limit)
        if limit.retry_after is not None:
            summary.resume_at = datetime.now(UTC) + timedelta(seconds=limit.retry_after)
    except Exception as error:
        summary.reason = f"{type(error).__name__}: {error}"
        raise
    finally:
        summary.api_calls = spotify.calls if spotify else 0
        _record(stores.run, summary)
    return summary


def _remember(stores: Stores, parts: int, walked_at: datetime) -> None:
    """Learn from the parts as they are stored, whichever attempt has stored them."""
    stored = (stores.run.part(number) for number in range(parts))
    stores.memory.learn([walk for part in stored for walk in walks_in(part, walked_at)])


def _do_parts(store: RunStore, spotify: Spotify, plan: Plan, summary: Summary) -> None:
    summary.playlists_seen = len(plan.playlists)
    summary.regime = regime_of(filter(None, (one.listing for one in plan.playlists)))
    for number, planned in enumerate(plan.parts):
        counts = store.part_counts(number)
        if counts is None:
            not_walked = plan.not_walked if number == 0 else []
            part = _build(plan.run_id, planned, not_walked, spotify)
            counts = store.keep_part(number, part)
        summary.add(counts)


def _build(
    run_id: str, planned: list[Planned], not_walked: list[PlannedPlaylist], spotify: Spotify
) -> PartBuilder:
    part = PartBuilder(run_id)
    for playlist in not_walked:
        part.add_not_walked(playlist)
    for one in planned:
        match one:
            case PlannedPlaylist():
                part.add_walk(walk(one, spotify))
            case PlannedAlbum():
                part.add_records(album_records(one, spotify))
            case PlannedArtist():
                part.add_records(artist_records(one, spotify))
    return part


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
