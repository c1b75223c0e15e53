"""The plan of a run: what to fetch, cut into parts. Made once, by the first attempt."""

from collections.abc import Iterator

import msgspec

from spotify_pipeline.extract.memory import Refresh
from spotify_pipeline.extract.regime import Listing
from spotify_pipeline.extract.request import RunRequest
from spotify_pipeline.extract.spotify import PAGE, Answer, RefusedError, Spotify

PART_ENTRIES = 20_000
"""About how many entries a part holds; a playlist is never split."""

UNCHANGED = "unchanged"
"""The status of a playlist whose snapshot is stored already."""

_ALBUM_ENTRIES = 50
_ARTIST_ENTRIES = 1
_NEEDS_A_USER = (
    "The source my_playlists needs a user's authorisation: store a refresh_token with the scopes "
    "playlist-read-private and playlist-read-collaborative in the secret, or list playlists by id"
)


class PlannedPlaylist(msgspec.Struct, frozen=True, tag="playlist"):
    """A playlist with its metadata as found, null where refused.

    It is to be walked unless it has a `status`: unchanged, or that of a refusal.
    """

    id: str
    found: Answer
    status: str = ""
    reason: str | None = None
    is_restless: bool = False

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


Planned = PlannedPlaylist | PlannedAlbum | PlannedArtist


class Plan(msgspec.Struct, frozen=True):
    """Parts of whole playlists, albums and artists; those not walked are told in the first."""

    run_id: str
    parts: list[list[Planned]]
    not_walked: list[PlannedPlaylist]
    version: int = 1

    @property
    def playlists(self) -> list[PlannedPlaylist]:
        """All of them."""
        planned = [one for part in self.parts for one in part]
        return self.not_walked + [one for one in planned if isinstance(one, PlannedPlaylist)]


def make_plan(request: RunRequest, spotify: Spotify, refresh: Refresh) -> Plan:
    """Ask Spotify for the metadata of every playlist of the sources, each once."""
    sources = request.sources
    playlists: dict[str, PlannedPlaylist] = {}
    if sources.my_playlists:
        playlists |= {found.id: found for found in _my_playlists(spotify)}
    for playlist_id in sources.playlist_ids:
        if playlist_id not in playlists:
            playlists[playlist_id] = _look_up(playlist_id, spotify)
    decided = [_decide(playlist, refresh) for playlist in playlists.values()]
    not_walked = [playlist for playlist in decided if playlist.status]
    planned: list[Planned] = [playlist for playlist in decided if not playlist.status]
    planned += map(PlannedAlbum, sources.album_ids)
    planned += map(PlannedArtist, sources.artist_ids)
    parts = cut(planned, PART_ENTRIES) or [[]] * bool(not_walked)
    return Plan(run_id=request.run_id, parts=parts, not_walked=not_walked)


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


def _my_playlists(spotify: Spotify) -> Iterator[PlannedPlaylist]:
    offset = 0
    while True:
        try:
            page = spotify.my_playlists(offset)
        except RefusedError as refusal:
            raise RefusedError(refusal.status, f"{refusal.reason}. {_NEEDS_A_USER}") from refusal
        bodies = page.read(_ListingPage).items
        for body in bodies:
            if bytes(body) != b"null":
                yield _found(msgspec.structs.replace(page, body=body))
        offset += PAGE
        if len(bodies) < PAGE:
            return


class _ListingPage(msgspec.Struct):
    items: list[msgspec.Raw]


def _look_up(playlist_id: str, spotify: Spotify) -> PlannedPlaylist:
    try:
        return _found(spotify.playlist(playlist_id))
    except RefusedError as refusal:
        nothing = Answer.nothing(f"playlists/{playlist_id}")
        return PlannedPlaylist(playlist_id, nothing, refusal.status, refusal.reason)


def _found(answer: Answer) -> PlannedPlaylist:
    return PlannedPlaylist(answer.read(Listing).id, answer)


def encode(plan: Plan) -> bytes:
    return msgspec.json.encode(plan)


def decode(text: bytes) -> Plan:
    return msgspec.json.decode(text, type=Plan)
