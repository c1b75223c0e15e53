"""Selects the artists and albums of playlists to fetch for their remaining fields.

A playlist's entry has the names of its artists and most of its album. Genres, followers and
popularity are in an artist's own response; label, popularity and UPC in an album's: as far as the
app's regime has them.
"""

from collections.abc import Iterator
from itertools import islice

from spotify_pipeline.extract.plan import PART_ENTRIES, Plan, Planned, PlannedEnrichment, cut
from spotify_pipeline.extract.spotify.client import BATCHES
from spotify_pipeline.extract.state.schedule_state import KINDS, Kind, ScheduleState

_WITH_BATCHES = ("EXT", "OLD-DEV")


def enriched_kinds(regime: str | None) -> tuple[Kind, ...]:
    """For newer apps an artist's own response has no further fields, an album's has the UPC."""
    return KINDS if regime in _WITH_BATCHES else ("albums",)


def plan_enrichment(run_id: str, state: ScheduleState, regime: str | None, requests: int) -> Plan:
    """Plan at most `requests` requests for pending ids; the others stay pending."""
    planned: list[Planned] = list(islice(_batches(state, regime), requests))
    return Plan(run_id, cut(planned, PART_ENTRIES))


def _batches(state: ScheduleState, regime: str | None) -> Iterator[PlannedEnrichment]:
    has_batches = regime in _WITH_BATCHES
    for kind in enriched_kinds(regime):
        ids = state.pending(kind)
        size = BATCHES[kind] if has_batches else 1
        for n in range(0, len(ids), size):
            yield PlannedEnrichment(kind, ids[n : n + size], has_batches)
