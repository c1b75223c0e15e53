"""Makes the plan of a run's sources. The first attempt does so; later ones read it."""

from concurrent.futures import Executor
from functools import partial

import msgspec

from spotify_pipeline.extract.errors import RefusedError
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.plan import (
    PART_ENTRIES,
    Plan,
    Planned,
    PlannedAlbum,
    PlannedArtist,
    PlannedPlaylist,
    cut,
)
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.library import read_library
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.extract.state.schedule_state import Refresh
from spotify_pipeline.statuses import PlaylistStatus


def make_plan(
    request: RunRequest, spotify: SpotifyClient, pool: Executor, refresh: Refresh
) -> Plan:
    """Request the metadata of every playlist of the sources once. Raises UnavailableError."""
    sources = request.sources
    playlists = [_decide(playlist, refresh) for playlist in _find_playlists(request, spotify, pool)]
    not_walked = [playlist for playlist in playlists if playlist.status]
    planned: list[Planned] = [playlist for playlist in playlists if not playlist.status]
    planned += map(PlannedAlbum, sources.album_ids)
    planned += map(PlannedArtist, sources.artist_ids)
    parts = cut(planned, PART_ENTRIES)
    if not_walked and not parts:
        parts = [[]]
    return Plan(request.run_id, parts, not_walked)


def _find_playlists(
    request: RunRequest, spotify: SpotifyClient, pool: Executor
) -> list[PlannedPlaylist]:
    """The playlists of the sources, each once: the library's, then those named by id."""
    playlists: dict[str, PlannedPlaylist] = {}
    if request.sources.my_playlists:
        for playlist_id, found in read_library(spotify, pool).items():
            playlists[playlist_id] = PlannedPlaylist(playlist_id, found, is_listed=True)
    named = [one for one in request.sources.playlist_ids if one not in playlists]
    for playlist in pool.map(partial(_look_up, spotify), named):
        playlists[playlist.id] = playlist
    return list(playlists.values())


def _look_up(spotify: SpotifyClient, playlist_id: str) -> PlannedPlaylist:
    try:
        found = spotify.playlist(playlist_id)
        return PlannedPlaylist(found.read(Listing).id, found)
    except RefusedError as refusal:
        nothing = Response.nothing(f"playlists/{playlist_id}")
        return PlannedPlaylist(playlist_id, nothing, refusal.status, refusal.reason)


def _decide(playlist: PlannedPlaylist, refresh: Refresh) -> PlannedPlaylist:
    """Mark the playlist as unchanged or restless, by the schedule's state."""
    listing = playlist.listing
    if listing and refresh.skips(playlist.id, listing.snapshot_id):
        return msgspec.structs.replace(playlist, status=PlaylistStatus.UNCHANGED)
    is_restless = refresh.state.is_restless(playlist.id)
    return msgspec.structs.replace(playlist, is_restless=is_restless)
