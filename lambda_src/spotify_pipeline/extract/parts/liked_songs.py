"""The user's liked songs in the shape of a playlist.

Spotify returns pages of them and nothing else: no name, owner or snapshot. The description here has
the first page, untouched, in the place of a playlist's embedded page. Its snapshot identifies that
page and the total, which are all that one request shows; that of a walk, `<page>-<contents>`,
identifies all entries too.

https://developer.spotify.com/documentation/web-api/reference/get-users-saved-tracks
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec

from spotify_pipeline.extract.decoding import UnreadableError, decode
from spotify_pipeline.extract.plan import PlannedPlaylist
from spotify_pipeline.extract.spotify.client import LIKED_PATH, SpotifyClient
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.scopes import AUTHORISE, lacking, missing_scopes, needed_scopes
from spotify_pipeline.sources import LIKED, Sources
from spotify_pipeline.statuses import PlaylistStatus

NAME = "Liked Songs"

_DIGITS = 16


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    total: int | None = None


class _Link(msgspec.Struct):
    id: Any = None
    uri: Any = None


class _Item(_Link):
    linked_from: _Link | None = None


class _Entry(msgspec.Struct):
    added_at: Any = None
    track: _Item | None = None


def plan_liked_songs(spotify: SpotifyClient) -> PlannedPlaylist:
    """The liked songs; `unauthorized` without a user or the scope, where a request is in vain.

    Raises RunRefusedError or OutageError without a token, whose response states the scopes.
    """
    nothing = Response.nothing(LIKED_PATH)
    reason = None
    if not spotify.has_user:
        reason = f"liked songs need a user's authorisation: {AUTHORISE}"
    else:
        spotify.auth.get_access_token()
        needed = needed_scopes([Sources(liked_songs=True)])
        if missing := missing_scopes(needed, spotify.auth.granted_scopes):
            reason = lacking(missing)
    status = PlaylistStatus.UNAUTHORIZED if reason else ""
    return PlannedPlaylist(LIKED, nothing, status, reason)


def describe(page: Response, owner_id: str | None) -> Response:
    """The description with the first page. Raises UnavailableError if that is no page."""
    contents = page.read(_Page)
    snapshot_id = _digest([contents.total], _identities(contents.items))
    body = {
        "id": LIKED,
        "name": NAME,
        "description": None,
        "owner": {"id": owner_id} if owner_id else None,
        "public": False,
        "collaborative": False,
        "snapshot_id": snapshot_id,
        "tracks": page.body,
    }
    return msgspec.structs.replace(page, body=msgspec.Raw(msgspec.json.encode(body)))


def is_unchanged(shown: str | None, stored: str | None) -> bool:
    """True if the snapshot `shown` by a first page is that of the stored walk."""
    return shown is not None and stored is not None and shown == stored.partition("-")[0]


def with_snapshot(description: Response, snapshot_id: str) -> Response:
    """The description with another snapshot, such as that of the stored walk."""
    members = description.read(dict[str, msgspec.Raw])
    body = msgspec.json.encode({**members, "snapshot_id": snapshot_id})
    return msgspec.structs.replace(description, body=msgspec.Raw(body))


def with_contents(description: Response, pages: list[Response], *, has_first: bool) -> Response:
    """The description of a walk: its snapshot identifies the entries on these pages.

    And those on its own page, if the walk `has_first` in it.
    """
    listing = description.read(Listing)
    contents = listing.contents
    embedded = contents.first_page() if has_first and contents else None
    lists = chain([embedded or []], (page.read(_Page).items for page in pages))
    entries = chain.from_iterable(map(_identities, lists))
    return with_snapshot(description, f"{listing.snapshot_id}-{_digest([], entries)}")


def _identities(entries: list[msgspec.Raw]) -> Iterator[object]:
    """What tells one entry from another: neither its popularity nor the track that Spotify plays
    in its place, which change by themselves.
    """
    for raw in entries:
        try:
            entry = decode(raw, _Entry)
        except UnreadableError:
            yield bytes(raw).decode()
            continue
        link = entry.track and (entry.track.linked_from or entry.track)
        yield [entry.added_at, (link.uri or link.id) if link else None]


def _digest(head: list[object], identities: Iterable[object]) -> str:
    state = hashlib.sha256(msgspec.json.encode(head))
    for one in identities:
        state.update(msgspec.json.encode(one))
    return state.hexdigest()[:_DIGITS]
