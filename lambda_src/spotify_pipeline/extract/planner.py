"""Makes the plan of a run's sources. The first attempt does so; later ones read it."""

from concurrent.futures import Executor
from functools import partial

import msgspec

from spotify_pipeline.extract.errors import RefusedError, UnavailableError
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.plan import (
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
from spotify_pipeline.extract.spotify.library import Library, UnreadablePlaylist, read_library
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.extract.state.schedule_state import Refresh
from spotify_pipeline.statuses import PlaylistStatus


def make_plan(
    request: RunRequest,
    spotify: SpotifyClient,
    pool: Executor,
    refresh: Refresh,
    *,
    accepts_faults: bool = False,
) -> Plan:
    """Request the metadata of every playlist of the sources once.

    If part of the library cannot be listed: with `accepts_faults`, the plan has the playlists of
    the schedule's state instead; without, or if there is nothing else to read, UnavailableError.
    """
    sources = request.sources
    library = _list_library(spotify, pool, refresh) if sources.my_playlists else None
    ids = list(sources.playlist_ids)
    if library and library.fault:
        ids += refresh.state.playlists
        if not (accepts_faults and (ids or sources.album_ids or sources.artist_ids)):
            raise UnavailableError(library.fault)
    playlists = [_decide(playlist, refresh) for playlist in _find(library, ids, spotify, pool)]
    not_walked = [playlist for playlist in playlists if playlist.status]
    planned: list[Planned] = [playlist for playlist in playlists if not playlist.status]
    planned += map(PlannedAlbum, sources.album_ids)
    planned += map(PlannedArtist, sources.artist_ids)
    parts = cut(planned, PART_ENTRIES)
    if not_walked and not parts:
        parts = [[]]
    return Plan(request.run_id, parts, not_walked, _listed(library, refresh))


def _list_library(spotify: SpotifyClient, pool: Executor, refresh: Refresh) -> Library:
    known = refresh.state.library
    return read_library(spotify, pool, known.total if known else 0)


def _listed(library: Library | None, refresh: Refresh) -> ListedLibrary | None:
    if library is None:
        return None
    shortfall = library.counts.shortfall("playlists", refresh.state.library)
    return ListedLibrary(library.counts, library.fault, shortfall)


def _find(
    library: Library | None, ids: list[str], spotify: SpotifyClient, pool: Executor
) -> list[PlannedPlaylist]:
    """Each playlist once: the library's, unreadable ones last, then those named by id."""
    listed = library.playlists if library else {}
    playlists = {one: PlannedPlaylist(one, found, is_listed=True) for one, found in listed.items()}
    named = [one for one in dict.fromkeys(ids) if one not in playlists]
    for playlist in pool.map(partial(_look_up, spotify), named):
        playlists[playlist.id] = playlist
    return [*playlists.values(), *map(_unreadable, library.unreadable if library else ())]


def _unreadable(playlist: UnreadablePlaylist) -> PlannedPlaylist:
    return PlannedPlaylist(
        playlist.id, playlist.body, PlaylistStatus.FAILED, playlist.reason, is_listed=True
    )


def _look_up(spotify: SpotifyClient, playlist_id: str) -> PlannedPlaylist:
    """The playlist with its metadata; null if refused, or unavailable: then looked up later."""
    nothing = Response.nothing(f"playlists/{playlist_id}")
    try:
        found = spotify.playlist(playlist_id)
        return PlannedPlaylist(found.read(Listing).id, found)
    except RefusedError as refusal:
        return PlannedPlaylist(playlist_id, nothing, refusal.status, refusal.reason)
    except UnavailableError:
        return PlannedPlaylist(playlist_id, nothing)


def _decide(playlist: PlannedPlaylist, refresh: Refresh) -> PlannedPlaylist:
    """Mark the playlist as unchanged, or add what the schedule's state knows of its last walk."""
    listing = playlist.listing
    if listing and refresh.skips(playlist.id, listing.snapshot_id):
        return msgspec.structs.replace(playlist, status=PlaylistStatus.UNCHANGED)
    known = refresh.state.playlists.get(playlist.id)
    if known is None:
        return playlist
    return msgspec.structs.replace(
        playlist, is_restless=known.is_restless, known_counts=known.short_counts
    )
