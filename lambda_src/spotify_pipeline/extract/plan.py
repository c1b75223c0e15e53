"""The plan of a run: what to fetch, cut into parts. Made once, by the first attempt."""

from concurrent.futures import Executor
from functools import partial
from typing import Literal

import msgspec

from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.spotify.client import Spotify
from spotify_pipeline.extract.spotify.library import read_library
from spotify_pipeline.extract.spotify.refusals import RefusedError
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.extract.state.schedule_state import Refresh

PART_ENTRIES = 20_000
"""About how many entries a part holds; a playlist is never split."""

UNCHANGED = "unchanged"
"""The status of a playlist whose snapshot is stored already."""

_ALBUM_ENTRIES = 50
_ARTIST_ENTRIES = 1


class PlannedPlaylist(msgspec.Struct, frozen=True, tag="playlist"):
    """A playlist with its metadata as found, null where refused.

    It is to be walked unless it has a `status`: unchanged, or that of a refusal. `is_listed` tells
    that it is in the user's library.
    """

    id: str
    found: Response
    status: str = ""
    reason: str | None = None
    is_restless: bool = False
    is_listed: bool = False

    @property
    def listing(self) -> Listing | None:
        """What the metadata says of the contents; None where it was refused."""
        return self.found.read(Listing) if self.status in ("", UNCHANGED) else None

    @property
    def entries(self) -> int:
        listing = self.listing
        return listing.total if listing else 0


class PlannedAlbum(msgspec.Struct, frozen=True, tag="album"):
    """An album, to be fetched with all its tracks."""

    id: str

    @property
    def entries(self) -> int:
        return _ALBUM_ENTRIES


class PlannedArtist(msgspec.Struct, frozen=True, tag="artist"):
    """An artist, to be fetched alone."""

    id: str

    @property
    def entries(self) -> int:
        return _ARTIST_ENTRIES


class PlannedEnrichment(msgspec.Struct, frozen=True, tag="enrichment"):
    """Artists or albums that playlists have named, each to be asked what else is known of it.

    Together, if `is_batch`; else there is one id.
    """

    kind: Literal["artists", "albums"]
    ids: list[str]
    is_batch: bool

    @property
    def entries(self) -> int:
        return len(self.ids) * (_ALBUM_ENTRIES if self.kind == "albums" else _ARTIST_ENTRIES)


Planned = PlannedPlaylist | PlannedAlbum | PlannedArtist | PlannedEnrichment


class Plan(msgspec.Struct, frozen=True):
    """Parts of whole playlists, albums and artists; those not walked are told in the first."""

    run_id: str
    parts: list[list[Planned]]
    not_walked: list[PlannedPlaylist] = []
    version: int = 1

    @property
    def playlists(self) -> list[PlannedPlaylist]:
        """All of them."""
        planned = [one for part in self.parts for one in part]
        return self.not_walked + [one for one in planned if isinstance(one, PlannedPlaylist)]

    @property
    def listed(self) -> int:
        """How many playlists the user's library holds."""
        return sum(playlist.is_listed for playlist in self.playlists)


def make_plan(request: RunRequest, spotify: Spotify, pool: Executor, refresh: Refresh) -> Plan:
    """Ask Spotify for the metadata of every playlist of the sources, each once."""
    sources = request.sources
    playlists: dict[str, PlannedPlaylist] = {}
    if sources.my_playlists:
        for playlist_id, found in read_library(spotify, pool).items():
            playlists[playlist_id] = PlannedPlaylist(playlist_id, found, is_listed=True)
    named = [one for one in sources.playlist_ids if one not in playlists]
    for looked_up in pool.map(partial(_look_up, spotify), named):
        playlists[looked_up.id] = looked_up
    decided = [_decide(playlist, refresh) for playlist in playlists.values()]
    not_walked = [playlist for playlist in decided if playlist.status]
    planned: list[Planned] = [playlist for playlist in decided if not playlist.status]
    planned += map(PlannedAlbum, sources.album_ids)
    planned += map(PlannedArtist, sources.artist_ids)
    parts = cut(planned, PART_ENTRIES) or [[]] * bool(not_walked)
    return Plan(request.run_id, parts, not_walked)


def _look_up(spotify: Spotify, playlist_id: str) -> PlannedPlaylist:
    try:
        found = spotify.playlist(playlist_id)
        return PlannedPlaylist(found.read(Listing).id, found)
    except RefusedError as refusal:
        nothing = Response.nothing(f"playlists/{playlist_id}")
        return PlannedPlaylist(playlist_id, nothing, refusal.status, refusal.reason)


def _decide(playlist: PlannedPlaylist, refresh: Refresh) -> PlannedPlaylist:
    """The playlist marked as unchanged if it is, and as restless if it is known to be."""
    listing = playlist.listing
    if listing and refresh.skips(playlist.id, listing.snapshot_id):
        return msgspec.structs.replace(playlist, status=UNCHANGED)
    is_restless = refresh.memory.is_restless(playlist.id)
    return msgspec.structs.replace(playlist, is_restless=is_restless)


def cut(planned: list[Planned], size: int) -> list[list[Planned]]:
    """Parts of about `size` entries, or of one larger playlist."""
    parts: list[list[Planned]] = []
    room = 0
    for one in planned:
        if not parts or one.entries > room:
            parts.append([])
            room = size
        parts[-1].append(one)
        room -= one.entries
    return parts


def encode(plan: Plan) -> bytes:
    return msgspec.json.encode(plan)


def decode(text: bytes) -> Plan:
    return msgspec.json.decode(text, type=Plan)
