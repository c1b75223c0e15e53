"""The endpoints of tracks, artists and albums, and those that Spotify has removed."""

from collections.abc import Callable
from typing import Any, NoReturn

from flask import Flask, abort, request

from fake_spotify.responses import Json
from fake_spotify.routes.parameters import PAGE, paging, responses
from fake_spotify.state import FakeSpotify

_BATCHES = {"tracks": 50, "artists": 50, "albums": 20}

# Endpoints removed from Development Mode in February 2026: 403 with any token.
_REMOVED = (
    "/v1/playlists/<playlist_id>/tracks",
    "/v1/tracks/",
    "/v1/albums/",
    "/v1/artists/",
    "/v1/artists/<artist_id>/top-tracks",
    "/v1/browse/<path:rest>",
    "/v1/markets",
    "/v1/users/<user_id>",
    "/v1/users/<user_id>/playlists",
)


def add_catalog(app: Flask, fake: FakeSpotify) -> None:
    world = fake.world

    def track(key: str) -> Json | None:
        return responses(fake).track(world.tracks[key]) if key in world.tracks else None

    def artist(key: str) -> Json | None:
        return responses(fake).artist(world.artists[key]) if key in world.artists else None

    def album(key: str) -> Json | None:
        if key not in world.albums:
            return None
        tracks = _album_tracks(fake, key, PAGE, 0)
        return responses(fake).album(world.albums[key][0].album, tracks)

    finders: dict[str, Callable[[str], Json | None]] = {
        "tracks": track,
        "artists": artist,
        "albums": album,
    }

    @app.get("/v1/<any(tracks, artists, albums):kind>/<key>")
    def one(kind: str, key: str) -> Any:
        return finders[kind](key) or abort(404, "Resource not found")

    @app.get("/v1/albums/<key>/tracks")
    def album_tracks(key: str) -> Any:
        limit, offset = paging(PAGE)
        if key not in world.albums:
            abort(404, "Resource not found")
        return _album_tracks(fake, key, limit, offset)

    if fake.regime.is_full:

        @app.get("/v1/<any(tracks, artists, albums):kind>/")
        def batch(kind: str) -> Any:
            keys = request.args.get("ids", "").split(",")
            if len(keys) > _BATCHES[kind]:
                abort(400, "Too many ids requested")
            return {kind: [finders[kind](key) for key in keys]}

    else:
        for rule in _REMOVED:
            app.add_url_rule(rule, f"removed {rule}", _removed)


def _removed(**_: str) -> NoReturn:
    abort(403, "Forbidden")


def _album_tracks(fake: FakeSpotify, key: str, limit: int, offset: int) -> Json:
    tracks = fake.world.albums[key]
    shape = responses(fake)
    page = [shape.simple_track(track) for track in tracks[offset : offset + limit]]
    return shape.page(f"albums/{key}/tracks", page, limit, offset, len(tracks))
