"""Makes the plan of a run's sources. The first attempts do so; later ones read it."""

from collections.abc import Callable, Collection
from concurrent.futures import Executor
from math import inf

import msgspec

from spotify_pipeline.extract.errors import UnavailableError
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.parts.fetching import FAULTS
from spotify_pipeline.extract.parts.plays import plan_plays
from spotify_pipeline.extract.plan import (
    PART_CALLS,
    PART_ENTRIES,
    ListedLibrary,
    Plan,
    Planned,
    PlannedAlbum,
    PlannedArtist,
    PlannedPlaylist,
    cut,
)
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.library import (
    Library,
    LibraryProgress,
    UnreadablePlaylist,
    read_library,
)
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.refusals import withheld
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.extract.spotify.user import find_user_id, own_ids
from spotify_pipeline.extract.state.schedule_state import Refresh
from spotify_pipeline.statuses import PlaylistStatus


def make_plan(
    request: RunRequest,
    spotify: SpotifyClient,
    pool: Executor,
    refresh: Refresh,
    progress: LibraryProgress,
    *,
    save: Callable[[LibraryProgress], None] | None = None,
    free_calls: Callable[[], float] = lambda: inf,
    accepts_faults: bool = False,
    purged: Collection[str] = (),
) -> Plan:
    """List the sources; playlists named by id are requested with their entries later.

    A page of plays is part of the plan, unless it has no news.

    Playlists are planned by the time of their last walk, those without one first. The parts are
    small if the plan takes more than `free_calls` requests. The playlists in `purged` are left out.

    `progress` holds the library's pages of earlier attempts; `save` stores it in a long listing.
    If part of the library cannot be listed: with `accepts_faults`, or in the last of FAULTS
    attempts, the plan has the playlists of the schedule's state instead; else, or if there is
    nothing else to read, UnavailableError.
    """
    sources = request.sources
    library = None
    if sources.my_playlists:
        _expect(progress, refresh)
        library = read_library(spotify, pool, progress, save)
    ids = list(sources.playlist_ids)
    if library and library.fault:
        progress.faults += 1
        is_accepted = accepts_faults or progress.faults >= FAULTS
        ids += refresh.state.playlists
        if not (is_accepted and (ids or sources.album_ids or sources.artist_ids)):
            raise UnavailableError(library.fault)
    found = [playlist for playlist in _find(library, ids) if not playlist.is_one_of(purged)]
    listings = [listing for playlist in found if (listing := playlist.listing)]
    user_id = refresh.state.user_id or find_user_id(spotify, listings)
    users = own_ids(listings) or set(filter(None, [user_id]))
    playlists = [_decide(playlist, refresh, users) for playlist in found]
    not_walked = [playlist for playlist in playlists if playlist.status]
    walked = [playlist for playlist in playlists if not playlist.status]
    walked.sort(key=lambda playlist: refresh.state.last_read(playlist.id))
    planned: list[Planned] = [*walked]
    planned += map(PlannedAlbum, sources.album_ids)
    planned += map(PlannedArtist, sources.artist_ids)
    if sources.recently_played and (plays := plan_plays(spotify, refresh.state.plays)):
        planned.append(plays)
    fits = sum(one.calls for one in planned) <= free_calls()
    parts = cut(planned, PART_ENTRIES, inf if fits else PART_CALLS)
    if not_walked and not parts:
        parts = [[]]
    return Plan(request.run_id, parts, not_walked, _listed(library, refresh), user_id)


def _expect(progress: LibraryProgress, refresh: Refresh) -> None:
    """Start a new listing with the library's size of an earlier run, to request pages at once."""
    known = refresh.state.library
    if known and not progress.pages.reads:
        progress.pages = Pages(known.total)


def _listed(library: Library | None, refresh: Refresh) -> ListedLibrary | None:
    if library is None:
        return None
    shortfall = library.counts.shortfall("playlists", refresh.state.library)
    return ListedLibrary(library.counts, library.fault, shortfall)


def _find(library: Library | None, ids: list[str]) -> list[PlannedPlaylist]:
    """Each playlist once: the library's, then those named by id, then unreadable ones."""
    listed = library.playlists if library else {}
    playlists = {one: PlannedPlaylist(one, found, is_listed=True) for one, found in listed.items()}
    for one in ids:
        if one not in playlists:
            playlists[one] = PlannedPlaylist(one, Response.nothing(f"playlists/{one}"))
    return [*playlists.values(), *map(_unreadable, library.unreadable if library else ())]


def _unreadable(playlist: UnreadablePlaylist) -> PlannedPlaylist:
    return PlannedPlaylist(
        playlist.id, playlist.body, PlaylistStatus.FAILED, playlist.reason, is_listed=True
    )


def _decide(
    playlist: PlannedPlaylist, refresh: Refresh, users: Collection[object]
) -> PlannedPlaylist:
    """Mark a listed playlist as unchanged or withheld, or add what the last walk shows."""
    listing = playlist.listing
    is_of_others = listing and users and listing.owner_id not in users
    if listing and listing.is_withheld and is_of_others and not listing.collaborative:
        refusal = withheld(has_user=True)
        return msgspec.structs.replace(playlist, status=refusal.status, reason=refusal.reason)
    snapshot_id = listing.snapshot_id if listing else None
    if pending := refresh.pending_refusal(playlist.id, snapshot_id):
        return msgspec.structs.replace(playlist, status=pending.status, reason=str(pending))
    playlist = msgspec.structs.replace(playlist, refusal=refresh.state.refusals.get(playlist.id))
    stored_snapshot = refresh.stored_snapshot(playlist.id)
    if snapshot_id is not None and snapshot_id == stored_snapshot:
        return msgspec.structs.replace(playlist, status=PlaylistStatus.UNCHANGED)
    known = refresh.state.playlists.get(playlist.id)
    if known is None:
        return playlist
    return msgspec.structs.replace(
        playlist,
        is_restless=known.is_restless,
        stored_snapshot=stored_snapshot,
        known_entries=known.entries,
        known_counts=known.short_counts,
    )
