"""Fetching an artist, or an album with all its tracks, as raw records."""

from collections.abc import Iterator
from typing import Any

import msgspec

from spotify_pipeline.extract.plan import PlannedAlbum, PlannedArtist
from spotify_pipeline.extract.spotify import (
    PAGE,
    Answer,
    RefusedError,
    Spotify,
    UnavailableError,
)
from spotify_pipeline.extract.walk import all_pages

Record = tuple[str, Answer, dict[str, Any]]
"""Kind, answer and context."""


class _Tracks(msgspec.Struct):
    total: int = 0


class _Album(msgspec.Struct):
    tracks: _Tracks | None = None


def artist_records(planned: PlannedArtist, spotify: Spotify) -> list[Record]:
    """The artist; a null body with status and reason if Spotify does not give it."""
    context = {"artist_id": planned.id}
    try:
        return [("artists", spotify.artist(planned.id), context)]
    except (RefusedError, UnavailableError) as error:
        return [("artists", Answer.nothing(f"artists/{planned.id}"), context | _status(error))]


def album_records(planned: PlannedAlbum, spotify: Spotify) -> list[Record]:
    """The album, which brings its first tracks, and the pages of the others: all or none."""
    context = {"album_id": planned.id}
    try:
        return list(_album_and_tracks(planned.id, spotify, context))
    except (RefusedError, UnavailableError) as error:
        return [("albums", Answer.nothing(f"albums/{planned.id}"), context | _status(error))]


def _album_and_tracks(album_id: str, spotify: Spotify, context: dict[str, Any]) -> Iterator[Record]:
    album = spotify.album(album_id)
    yield "albums", album, context
    tracks = album.read(_Album).tracks
    if tracks and tracks.total > PAGE:
        for page in all_pages(lambda offset: spotify.album_tracks(album_id, offset), PAGE):
            yield "album_tracks", page, context | {"offset": page.request.params["offset"]}


def _status(error: RefusedError | UnavailableError) -> dict[str, str]:
    status = error.status if isinstance(error, RefusedError) else "failed"
    return {"status": status, "reason": str(error)}
