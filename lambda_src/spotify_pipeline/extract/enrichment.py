"""Selects what to fetch after the sources: artists, albums and tracks that these only name.

A playlist's entry has the names of its artists and most of its album. Genres, followers and
popularity are in an artist's own response; label, popularity and UPC in an album's. Newer apps
receive none of these but the UPC, and have no batches: for them no artist or album is fetched.

A play in a data export has only the id of its track. Every app can fetch the track, newer ones one
at a time.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from spotify_pipeline.extract.plan import PART_ENTRIES, Plan, Planned, PlannedEnrichment, cut
from spotify_pipeline.extract.spotify.client import BATCHES
from spotify_pipeline.extract.state.schedule_state import KINDS, ScheduleState

REGIMES_WITH_BATCHES = ("EXT", "OLD-DEV")


def plan_enrichment(
    run_id: str,
    state: ScheduleState,
    regime: str | None,
    requests: int,
    *,
    tracks: Sequence[str] = (),
    spare_calls: int = 0,
) -> Plan:
    """Plan at most `requests` requests for pending ids; the others stay pending.

    The `tracks` come last, in their order, and only if all requests are within the `spare_calls`.
    """
    batches = _batches(state) if regime in REGIMES_WITH_BATCHES else ()
    planned: list[Planned] = list(islice(batches, requests))
    left = max(0, min(requests, spare_calls) - len(planned))
    planned.extend(islice(_tracks(tracks, regime), left))
    return Plan(run_id, cut(planned, PART_ENTRIES))


def _batches(state: ScheduleState) -> Iterator[PlannedEnrichment]:
    for kind in KINDS:
        ids = state.pending(kind)
        size = BATCHES[kind]
        for n in range(0, len(ids), size):
            yield PlannedEnrichment(kind, ids[n : n + size])


def _tracks(ids: Sequence[str], regime: str | None) -> Iterator[PlannedEnrichment]:
    """Nothing while the regime is unknown: batches could be refused, single requests a waste."""
    if regime is None:
        return
    size = BATCHES["tracks"] if regime in REGIMES_WITH_BATCHES else 1
    for n in range(0, len(ids), size):
        yield PlannedEnrichment("tracks", list(ids[n : n + size]))
