"""Fetches artists and albums as raw records."""

from collections.abc import Iterator
from typing import Any

import msgspec

from spotify_pipeline.extract.errors import RefusedError
from spotify_pipeline.extract.plan import (
    PlannedAlbum,
    PlannedArtist,
    PlannedCatalogItem,
    PlannedEnrichment,
)
from spotify_pipeline.extract.spotify.client import PAGE, SpotifyClient
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.response import Response

Record = tuple[str, Response, dict[str, Any]]
"""Kind, response and context."""


class _Tracks(msgspec.Struct):
    total: int = 0


class _Album(msgspec.Struct):
    tracks: _Tracks | None = None


def fetch_records(planned: PlannedCatalogItem, spotify: SpotifyClient) -> list[Record]:
    """Fetch a planned item; one placeholder if Spotify refuses it. Raises UnavailableError."""
    try:
        return list(_fetch(planned, spotify))
    except RefusedError as refusal:
        return placeholder_records(planned, refusal.status, refusal.reason)


def placeholder_records(planned: PlannedCatalogItem, status: str, reason: str) -> list[Record]:
    """A null response with status and reason, for an item that was refused or unavailable."""
    kind, path, context = _describe(planned)
    return [(kind, Response.nothing(path), {**context, "status": status, "reason": reason})]


def _fetch(planned: PlannedCatalogItem, spotify: SpotifyClient) -> Iterator[Record]:
    kind, _, context = _describe(planned)
    match planned:
        case PlannedArtist(id=artist_id):
            yield kind, spotify.artist(artist_id), context
        case PlannedAlbum(id=album_id):
            yield from _album_and_tracks(album_id, spotify, context)
        case PlannedEnrichment(kind="artists", ids=ids, is_batch=True):
            yield kind, spotify.artists(ids), context
        case PlannedEnrichment(kind="albums", ids=ids, is_batch=True):
            yield kind, spotify.albums(ids), context
        case PlannedEnrichment(kind="artists", ids=[artist_id]):
            yield kind, spotify.artist(artist_id), context
        case PlannedEnrichment(ids=[album_id]):
            yield kind, spotify.album(album_id), context


def _album_and_tracks(
    album_id: str, spotify: SpotifyClient, context: dict[str, Any]
) -> Iterator[Record]:
    """The album, which contains its first page of tracks, and the other pages."""
    album = spotify.album(album_id)
    yield "albums", album, context
    tracks = album.read(_Album).tracks
    if tracks is None or tracks.total <= PAGE:
        return
    pages = Pages(total=tracks.total, begin=PAGE)
    while missing := pages.missing():
        for offset in missing:
            pages.add(spotify.album_tracks(album_id, offset))
    for page in pages.in_order():
        yield "album_tracks", page, {**context, "offset": page.request.params["offset"]}


def _describe(planned: PlannedCatalogItem) -> tuple[str, str, dict[str, Any]]:
    """Kind, path and context of a planned item's record."""
    match planned:
        case PlannedArtist(id=artist_id):
            return "artists", f"artists/{artist_id}", {"artist_id": artist_id}
        case PlannedAlbum(id=album_id):
            return "albums", f"albums/{album_id}", {"album_id": album_id}
        case PlannedEnrichment(kind=kind, ids=ids, is_batch=is_batch):
            path = kind if is_batch else f"{kind}/{ids[0]}"
            return kind, path, {"enriches": True, "ids": ids}
