"""A walk: all entries of one playlist, read while its snapshot stayed the same."""

from collections.abc import Callable, Iterator

import msgspec

from spotify_pipeline.extract.plan import PlannedPlaylist
from spotify_pipeline.extract.regime import Listing
from spotify_pipeline.extract.spotify import (
    PAGE,
    Answer,
    RefusedError,
    Spotify,
    UnavailableError,
)

ATTEMPTS = 3
"""How often a playlist that changes underneath is walked before the last walk is taken."""


class Walk(msgspec.Struct, frozen=True):
    """What came of one playlist. Only a walk with status `walked` has pages."""

    playlist_id: str
    status: str
    metadata: Answer
    reason: str | None = None
    snapshot_id: str | None = None
    pages: list[Answer] = []


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    total: int | None = None


def count_entries(page: Answer) -> int:
    return len(page.read(_Page).items)


def walk(planned: PlannedPlaylist, spotify: Spotify) -> Walk:
    """Walk a playlist. A refusal or a lasting fault ends up in its status and stops no other.

    The snapshot after the pages must be that before them, or the pages are read again. One
    that moves every time, as personalised playlists do, is taken as it was last read, and in
    later runs walked once.
    """
    playlist_id, metadata = planned.id, planned.found
    before = metadata.read(Listing).snapshot_id
    try:
        for _ in range(1 if planned.is_restless else ATTEMPTS):
            pages = list(all_pages(lambda offset: spotify.playlist_items(playlist_id, offset)))
            metadata = spotify.playlist(playlist_id)
            after = metadata.read(Listing).snapshot_id
            if after == before:
                return Walk(playlist_id, "walked", metadata, None, after, pages)
            before = after
        reason = "its snapshot changes at every request; this is the last walk of the run"
        return Walk(playlist_id, "walked", metadata, reason, after, pages)
    except RefusedError as refusal:
        return Walk(playlist_id, refusal.status, metadata, refusal.reason)
    except UnavailableError as fault:
        return Walk(playlist_id, "failed", metadata, str(fault))


def all_pages(ask: Callable[[int], Answer], offset: int = 0) -> Iterator[Answer]:
    """Pages by offset, never by `next`: that would send the token to whatever host it names.

    Ends on a short or empty page, or at the total: that may change while pages are read.
    """
    while True:
        page = ask(offset)
        body = page.read(_Page)
        yield page
        offset += PAGE
        if len(body.items) < PAGE or (body.total is not None and offset >= body.total):
            return
