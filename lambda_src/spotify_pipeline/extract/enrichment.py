"""Selects the artists and albums of playlists to fetch for their remaining fields.

A playlist's entry has the names of its artists and most of its album. Genres, followers and
popularity are in an artist's own response; label, popularity and UPC in an album's. Newer apps
receive none of these but the UPC, and have no batches: for them nothing is fetched.
"""

from collections.abc import Iterator
from itertools import islice

from spotify_pipeline.extract.plan import PART_ENTRIES, Plan, Planned, PlannedEnrichment, cut
from spotify_pipeline.extract.spotify.client import BATCHES
from spotify_pipeline.extract.state.schedule_state import KINDS, ScheduleState

REGIMES_WITH_BATCHES = ("EXT", "OLD-DEV")


def plan_enrichment(run_id: str, state: ScheduleState, regime: str | None, requests: int) -> Plan:
    """Plan at most `requests` requests for pending ids; the others stay pending."""
    batches = _batches(state) if regime in REGIMES_WITH_BATCHES else ()
    planned: list[Planned] = list(islice(batches, requests))
    return Plan(run_id, cut(planned, PART_ENTRIES))


def _batches(state: ScheduleState) -> Iterator[PlannedEnrichment]:
    for kind in KINDS:
        ids = state.pending(kind)
        size = BATCHES[kind]
        for n in range(0, len(ids), size):
            yield PlannedEnrichment(kind, ids[n : n + size])
