"""What more to ask about artists and albums that playlists only name.

A playlist's entry has the names of its artists and most of its album. Genres, followers and
popularity are in an artist's own answer, label, popularity and UPC in an album's: as far as the
app's regime has them.
"""

from itertools import islice

from spotify_pipeline.extract.plan import PART_ENTRIES, Plan, PlannedEnrichment, cut
from spotify_pipeline.extract.spotify.client import BATCHES
from spotify_pipeline.extract.state.schedule_state import KINDS, Kind, ScheduleState

_WITH_BATCHES = ("EXT", "OLD-DEV")


def kinds_worth_asking(regime: str | None) -> tuple[Kind, ...]:
    """An artist's own answer says nothing more to newer apps, an album's still has the UPC."""
    return KINDS if regime in _WITH_BATCHES else ("albums",)


def plan_enrichment(run_id: str, memory: ScheduleState, regime: str | None, requests: int) -> Plan:
    """As much as `requests` can bring of what is wanted; the rest stays wanted."""
    has_batches = regime in _WITH_BATCHES
    wanted = [
        PlannedEnrichment(kind, ids[n : n + size], has_batches)
        for kind in kinds_worth_asking(regime)
        for ids in (memory.wanted(kind),)
        for size in (BATCHES[kind] if has_batches else 1,)
        for n in range(0, len(ids), size)
    ]
    return Plan(run_id, cut(list(islice(wanted, requests)), PART_ENTRIES))
