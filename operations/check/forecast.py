"""The calls of a schedule: of its first run, a day without changes, and a typical day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from operations.check.calls import enrichment_calls, listing_calls, walk_calls
from operations.check.sources import Source
from spotify_pipeline.extract.plan import first_page
from spotify_pipeline.extract.state.schedule_state import Refresh, ScheduleState
from spotify_pipeline.sources import LIKED

ASSUMED_SHARE = 0.1
"""Share of the playlists that change on a typical day, until runs show it."""

ARTISTS_PER_ENTRY = 0.75
ALBUMS_PER_ENTRY = 0.80
"""Distinct artists and albums per entry of public playlists, as in the benchmark's large part."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Forecast:
    """Calls of one schedule; `share` of its playlists change on a typical day.

    `is_measured` says that the share is that of the last day with runs. `first_run`, `unchanged`
    and `typical` are calls of one run; on a typical day the first of `runs` finds the changes.
    """

    schedule: str
    runs: int
    first_run: int
    unchanged: int
    typical: int
    share: float
    is_measured: bool

    @property
    def unchanged_day(self) -> int:
        return self.runs * self.unchanged

    @property
    def typical_day(self) -> int:
        return self.typical + (self.runs - 1) * self.unchanged


@dataclass(frozen=True)
class Rules:
    """The regime, if known, and the limit of enrichment requests of a run."""

    regime: str | None
    enrichment_requests: int


def forecast(
    schedule: str,
    runs: int,
    found: Sequence[Source],
    refresh: Refresh,
    library: int | None,
    rules: Rules,
) -> Forecast:
    """`library` is the number of playlists in the user's library, None if it is no source."""
    listing = listing_calls(library) if library is not None else 0
    playlists = [one for one in found if one.kind == "playlist"]
    listed = [one.entries or 0 for one in playlists if one.is_listed and not one.is_withheld]
    unlisted = [one for one in playlists if not one.is_listed]
    walks = walk_calls(listed, rules.regime, listing) + sum(_walk(one, rules) for one in unlisted)
    always = listing + len(found) - len(playlists)
    unchanged = always + _requested(playlists, refresh) + _pending_calls(refresh.state, rules)
    measured = measured_share(refresh.state)
    share = ASSUMED_SHARE if measured is None else measured
    # Rounded first: as a float, 7 % of 100 are more than 7.
    changed = ceil(round(share * (walks - len(unlisted)), 6))
    entries = sum(listed) + sum(one.entries or 0 for one in unlisted)
    return Forecast(
        schedule,
        runs,
        first_run=always + walks + _new_items_calls(entries, rules),
        unchanged=unchanged,
        typical=unchanged + changed + _typical_batches(changed, rules),
        share=share,
        is_measured=measured is not None,
    )


def _walk(source: Source, rules: Rules) -> int:
    """Calls of one that is not listed. Liked songs come in small pages in every regime."""
    regime = None if source.id == LIKED else rules.regime
    return walk_calls([source.entries or 0], regime, first=first_page(source.id))


def measured_share(state: ScheduleState) -> float | None:
    """Share of the playlists walked within a day before the last walk.

    None if the state has no older walk: all belong to the first run.
    """
    times = [walk.walked_at for walk in state.playlists.values()]
    recent = [time for time in times if time > max(times) - _ONE_DAY]
    return len(recent) / len(times) if len(recent) < len(times) else None


def _new_items_calls(entries: int, rules: Rules) -> int:
    """Enrichment of so many entries, none of whose artists and albums is known."""
    artists, albums = ceil(entries * ARTISTS_PER_ENTRY), ceil(entries * ALBUMS_PER_ENTRY)
    return enrichment_calls(artists, albums, rules.regime, rules.enrichment_requests)


def _pending_calls(state: ScheduleState, rules: Rules) -> int:
    artists, albums = len(state.pending("artists")), len(state.pending("albums"))
    return enrichment_calls(artists, albums, rules.regime, rules.enrichment_requests)


def _typical_batches(changed: int, rules: Rules) -> int:
    """A batch of artists and one of albums, if a playlist changes."""
    return enrichment_calls(1, 1, rules.regime, rules.enrichment_requests) if changed else 0


def _requested(playlists: Sequence[Source], refresh: Refresh) -> int:
    """Playlists that a run requests although none has changed."""
    return sum(_is_requested(one, refresh) for one in playlists)


def _is_requested(source: Source, refresh: Refresh) -> bool:
    """True for a playlist by id, and for a refused one if that is due."""
    if refusal := refresh.state.refusals.get(source.id):
        return refusal.is_due(refresh.now, refresh.full_refresh_days)
    return not source.is_listed
