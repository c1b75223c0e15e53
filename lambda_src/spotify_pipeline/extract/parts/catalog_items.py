"""Fetches artists, albums and tracks as raw records."""

from collections.abc import Iterator
from typing import Any, TypeGuard

import msgspec

from spotify_pipeline.extract.errors import RefusedError
from spotify_pipeline.extract.plan import (
    PlannedAlbum,
    PlannedArtist,
    PlannedCatalogItem,
    PlannedEnrichment,
)
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.raw import Request
from spotify_pipeline.statuses import PlaylistStatus

Record = tuple[str, Response, dict[str, Any]]
"""Kind, response and context."""


class _Album(msgspec.Struct):
    tracks: msgspec.Raw = msgspec.Raw(b"null")


def fetch_records(planned: PlannedCatalogItem, spotify: SpotifyClient) -> list[Record]:
    """Fetch a planned item; one placeholder if Spotify refuses it. Raises UnavailableError."""
    try:
        return list(_fetch(planned, spotify))
    except RefusedError as refusal:
        if refusal.status == PlaylistStatus.FAILED and _is_batch_of_several(planned):
            # One of the ids may be the cause.
            return [record for half in _halves(planned) for record in fetch_records(half, spotify)]
        is_final = refusal.status in (PlaylistStatus.FAILED, PlaylistStatus.MISSING)
        return placeholder_records(planned, refusal.status, refusal.reason, is_final=is_final)


def placeholder_records(
    planned: PlannedCatalogItem, status: str, reason: str, *, is_final: bool = False
) -> list[Record]:
    """A null response with status and reason, for an item that was refused or unavailable.

    `is_final` marks a response about the item itself: enrichment does not repeat it at every run.
    """
    kind, path, context = _describe(planned)
    marks = {"is_final": True} if is_final else {}
    return [
        (kind, Response.nothing(path), {**context, "status": status, "reason": reason, **marks})
    ]


def _is_batch_of_several(planned: PlannedCatalogItem) -> TypeGuard[PlannedEnrichment]:
    return isinstance(planned, PlannedEnrichment) and len(planned.ids) > 1


def _halves(planned: PlannedEnrichment) -> list[PlannedEnrichment]:
    middle = len(planned.ids) // 2
    halves = (planned.ids[:middle], planned.ids[middle:])
    return [msgspec.structs.replace(planned, ids=ids) for ids in halves]


def _fetch(planned: PlannedCatalogItem, spotify: SpotifyClient) -> Iterator[Record]:
    kind, _, context = _describe(planned)
    match planned:
        case PlannedArtist(id=artist_id):
            yield kind, spotify.artist(artist_id), context
        case PlannedAlbum(id=album_id):
            yield from _album_and_tracks(album_id, spotify, context)
        case PlannedEnrichment(kind="artists", ids=ids):
            yield kind, spotify.artists(ids), context
        case PlannedEnrichment(kind="albums", ids=ids):
            yield kind, spotify.albums(ids), context
        case PlannedEnrichment(ids=[track_id]):
            # Newer apps have no batches of tracks.
            yield kind, spotify.track(track_id), context
        case PlannedEnrichment(ids=ids):
            yield kind, spotify.tracks(ids), context


def _album_and_tracks(
    album_id: str, spotify: SpotifyClient, context: dict[str, Any]
) -> Iterator[Record]:
    """The album, which contains its first page of tracks, and the other pages."""
    album = spotify.album(album_id)
    embedded = album.read(_Album).tracks
    if bytes(embedded) == b"null":
        yield "albums", album, context
        return
    request = Request(album.request.path, {"offset": 0})
    first = msgspec.structs.replace(album, request=request, body=embedded)
    pages = Pages()
    pages.add(first)
    while missing := pages.missing():
        for offset in missing:
            spotify.pause(pages.backoff_seconds(offset))
            pages.add(spotify.album_tracks(album_id, offset))
    shortfall = pages.counts.shortfall("tracks", known=None)
    yield "albums", album, {**context, "shortfall": shortfall.reason} if shortfall else context
    for page in pages.in_order():
        if page is not first:
            yield "album_tracks", page, {**context, "offset": page.request.params["offset"]}


def _describe(planned: PlannedCatalogItem) -> tuple[str, str, dict[str, Any]]:
    """Kind, path and context of a planned item's record."""
    match planned:
        case PlannedArtist(id=artist_id):
            return "artists", f"artists/{artist_id}", {"artist_id": artist_id}
        case PlannedAlbum(id=album_id):
            return "albums", f"albums/{album_id}", {"album_id": album_id}
        case PlannedEnrichment(kind="tracks", ids=[track_id] as ids):
            return "tracks", f"tracks/{track_id}", {"enriches": True, "ids": ids}
        case PlannedEnrichment(kind=kind, ids=ids):
            return kind, kind, {"enriches": True, "ids": ids}
