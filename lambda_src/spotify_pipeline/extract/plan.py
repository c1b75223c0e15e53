"""The plan of a run: which playlists, cut into parts. Made once, by the first attempt."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from spotify_pipeline.extract.request import RunRequest
from spotify_pipeline.extract.spotify import PAGE, Answer, RefusedError, Spotify
from spotify_pipeline.raw import Request

PART_ENTRIES = 20_000
"""About how many entries a part holds; a playlist is never split."""

_NEEDS_A_USER = (
    "The source my_playlists needs a user's authorisation: store a refresh_token with the scopes "
    "playlist-read-private and playlist-read-collaborative in the secret, or list playlists by id"
)


class _Contents(msgspec.Struct):
    total: int | None = None


class Listing(msgspec.Struct):
    """What a playlist's metadata says of its contents, in either spelling."""

    id: str
    snapshot_id: str | None = None
    items: _Contents | None = None
    tracks: _Contents | None = None

    @property
    def total(self) -> int:
        """Number of entries; 0 where the answer does not say, as for a playlist not readable."""
        contents = self.items or self.tracks
        return (contents and contents.total) or 0


class _ListingPage(msgspec.Struct):
    items: list[msgspec.Raw]


class Candidate(msgspec.Struct, frozen=True):
    """A playlist to look at: its metadata as found (null where refused, for `reason`)."""

    playlist_id: str
    found: Answer
    status: str = ""
    reason: str = ""
    snapshot_id: str | None = None
    total: int = 0


class Plan(msgspec.Struct, frozen=True):
    """Parts of whole playlists; `refused` are told in the first part."""

    run_id: str
    parts: list[list[Candidate]]
    refused: list[Candidate]
    version: int = 1

    @property
    def playlists(self) -> int:
        return sum(map(len, self.parts)) + len(self.refused)


def make_plan(request: RunRequest, spotify: Spotify) -> Plan:
    """Ask Spotify for the metadata of every playlist of the sources, each once."""
    candidates: dict[str, Candidate] = {}
    if request.sources.my_playlists:
        candidates |= {found.playlist_id: found for found in _my_playlists(spotify)}
    for playlist_id in request.sources.playlist_ids:
        if playlist_id not in candidates:
            candidates[playlist_id] = _look_up(playlist_id, spotify)
    refused = [candidate for candidate in candidates.values() if candidate.status]
    allowed = [candidate for candidate in candidates.values() if not candidate.status]
    parts = cut(allowed, PART_ENTRIES)
    return Plan(run_id=request.run_id, parts=parts or [[]] * bool(refused), refused=refused)


def cut(candidates: list[Candidate], size: int) -> list[list[Candidate]]:
    """Parts of about `size` entries, or of one larger playlist."""
    parts: list[list[Candidate]] = []
    room = 0
    for candidate in candidates:
        if candidate.total > room:
            parts.append([])
            room = size
        if not parts:
            parts.append([])
            room = size
        parts[-1].append(candidate)
        room -= candidate.total
    return parts


def _my_playlists(spotify: Spotify) -> Iterator[Candidate]:
    offset = 0
    while True:
        try:
            page = spotify.my_playlists(offset)
        except RefusedError as refusal:
            raise RefusedError(refusal.status, f"{refusal.reason}. {_NEEDS_A_USER}") from refusal
        bodies = page.read(_ListingPage).items
        for body in bodies:
            if body != b"null":
                yield _found(msgspec.structs.replace(page, body=body))
        offset += PAGE
        if len(bodies) < PAGE:
            return


def _look_up(playlist_id: str, spotify: Spotify) -> Candidate:
    try:
        return _found(spotify.playlist(playlist_id))
    except RefusedError as refusal:
        nothing = Answer(
            Request(f"playlists/{playlist_id}"), datetime.now(UTC), msgspec.Raw(b"null")
        )
        return Candidate(playlist_id, nothing, status=refusal.status, reason=refusal.reason)


def _found(answer: Answer) -> Candidate:
    listing = answer.read(Listing)
    return Candidate(listing.id, answer, snapshot_id=listing.snapshot_id, total=listing.total)


def encode(plan: Plan) -> bytes:
    return msgspec.json.encode(plan)


def decode(text: bytes) -> Plan:
    return msgspec.json.decode(text, type=Plan)
