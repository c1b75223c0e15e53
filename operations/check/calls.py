"""The number of requests that lists of a given length take, as the extract function sends them."""

from collections.abc import Sequence
from math import ceil

from spotify_pipeline.extract.enrichment import REGIMES_WITH_BATCHES
from spotify_pipeline.extract.plan import further_pages
from spotify_pipeline.extract.spotify.client import BATCHES, LARGE_PAGE, PAGE


def listing_calls(playlists: int) -> int:
    """Requests that list a library; an empty one takes a request too."""
    return max(1, ceil(playlists / PAGE))


def walk_calls(
    entries: Sequence[int],
    regime: str | None,
    listing: int | None = None,
    first: int = LARGE_PAGE,
) -> int:
    """Requests that walk playlists of so many `entries`, up to `first` of them on the first page.

    The snapshots of those with further pages are requested again, one by one, or with the `listing`
    requests of the library if that takes fewer.
    """
    further = [pages for one in entries if (pages := further_pages(one, regime, first))]
    rechecks = len(further) if listing is None else min(len(further), listing)
    return len(entries) + sum(further) + rechecks


def enrichment_calls(artists: int, albums: int, regime: str | None, limit: int) -> int:
    """Batches of artists and albums, at most `limit`; none in a regime without batches."""
    if regime not in REGIMES_WITH_BATCHES:
        return 0
    return min(limit, ceil(artists / BATCHES["artists"]) + ceil(albums / BATCHES["albums"]))


def days_for(calls: int, daily_calls: int) -> int:
    """Days over which the calls spread."""
    return max(1, ceil(calls / daily_calls))
