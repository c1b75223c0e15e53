"""The stand-in's HTTP side: tokens, the endpoints that a regime has, and a clock."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NoReturn

from flask import Flask, Response, abort, g, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from local.spotify.access import Access
from local.spotify.answers import Answers, Json
from local.spotify.fields import select
from local.spotify.regime import Regime
from local.spotify.world import ME, Playlist, World

CLIENT_ID = "stand-in-client"
CLIENT_SECRET = "stand-in-secret"
REFRESH_TOKEN = "stand-in-refresh-token"

_DEFAULT_PAGE = 20
_PAGE = 50
_LEGACY_PAGE = 100
_BATCHES = {"tracks": 50, "artists": 50, "albums": 20}
_TOKEN_SECONDS = 3600
_POLL_SECONDS = 0.02

# What Development Mode has lost since February 2026: 403, whatever the token.
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


class StandIn:
    """A world with a day, under a regime. `requests` counts the calls to the Web API."""

    def __init__(self, world: World, regime: Regime = Regime.NEW_DEV) -> None:
        self.world = world
        self.regime = regime
        self.day = world.days[0]
        self.requests = 0
        self._tokens: dict[str, str | None] = {}

    def grant(self, user: str | None) -> str:
        """A new access token of a user, or of the app alone."""
        token = secrets.token_urlsafe()
        self._tokens[token] = user
        return token

    def user_of(self, header: str) -> str | None:
        """The token's user, None for an app's own token. Aborts with 401."""
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer" or not token:
            abort(401, "No token provided")
        if token not in self._tokens:
            abort(401, "Invalid access token")
        return self._tokens[token]

    def find(self, playlist_id: str, access: Access) -> Playlist:
        """A playlist that is seen. Aborts with 404."""
        found = self.world.playlist(playlist_id, self.day)
        if found is None or not access.sees(found):
            abort(404, "Resource not found")
        return found


def create_app(stand_in: StandIn) -> Flask:
    app = Flask(__name__)
    # Clients ask for some paths with a slash at the end, for others without.
    app.url_map.strict_slashes = False

    @app.errorhandler(HTTPException)
    def error(problem: HTTPException) -> tuple[Response, int]:
        body = {"error": {"status": problem.code, "message": problem.description}}
        return jsonify(body), problem.code or 500

    @app.before_request
    def authenticate() -> None:
        if request.path.startswith("/v1/"):
            stand_in.requests += 1
            user = stand_in.user_of(request.headers.get("Authorization", ""))
            g.access = Access(stand_in.regime, user)

    @app.post("/api/token")
    def token() -> Any:
        login = request.authorization
        if not login or (login.username, login.password) != (CLIENT_ID, CLIENT_SECRET):
            return jsonify(error="invalid_client", error_description="Invalid client"), 400
        grant = request.form.get("grant_type")
        if grant == "client_credentials":
            user = None
        elif grant != "refresh_token":
            return jsonify(error="unsupported_grant_type"), 400
        elif request.form.get("refresh_token") == REFRESH_TOKEN:
            user = ME
        else:
            description = "Refresh token revoked"
            return jsonify(error="invalid_grant", error_description=description), 400
        access = stand_in.grant(user)
        return jsonify(access_token=access, token_type="Bearer", expires_in=_TOKEN_SECONDS)

    _add_playlists(app, stand_in)
    _add_catalogue(app, stand_in)
    if not stand_in.regime.is_full:
        for rule in _REMOVED:
            app.add_url_rule(rule, f"removed {rule}", _removed)

    @app.route("/stand-in/day", methods=["GET", "PUT"])
    def day() -> Any:
        if request.method == "PUT":
            stand_in.day = date.fromisoformat(request.get_json()["day"])
        return {"day": str(stand_in.day), "days": [str(d) for d in stand_in.world.days]}

    return app


def _add_playlists(app: Flask, stand_in: StandIn) -> None:
    @app.get("/v1/me/playlists")
    def my_playlists() -> Any:
        if g.access.user is None:
            abort(401, "Valid user authentication required")
        limit, offset = _paging(_PAGE)
        library = [
            playlist for playlist in stand_in.world.library(stand_in.day) if g.access.sees(playlist)
        ]
        answers = _answers(stand_in)
        items = [
            answers.listed_playlist(found, readable=g.access.reads(found))
            for found in library[offset : offset + limit]
        ]
        return answers.page("me/playlists", items, limit, offset, len(library))

    @app.get("/v1/playlists/<playlist_id>")
    def one_playlist(playlist_id: str) -> Any:
        found = stand_in.find(playlist_id, g.access)
        readable = g.access.reads(found)
        contents = _entries(stand_in, found, _LEGACY_PAGE, 0) if readable else None
        return _selected(_answers(stand_in).whole_playlist(found, contents))

    def contents(playlist_id: str, largest: int) -> Json:
        limit, offset = _paging(largest)
        if g.access.user is None and not stand_in.regime.is_full:
            abort(401, "Valid user authentication required")
        found = stand_in.find(playlist_id, g.access)
        if not g.access.reads(found):
            abort(403, "Forbidden")
        return _selected(_entries(stand_in, found, limit, offset))

    @app.get("/v1/playlists/<playlist_id>/items")
    def playlist_items(playlist_id: str) -> Any:
        return contents(playlist_id, _PAGE)

    if stand_in.regime.is_full:

        @app.get("/v1/playlists/<playlist_id>/tracks")
        def playlist_tracks(playlist_id: str) -> Any:
            return contents(playlist_id, _LEGACY_PAGE)


def _add_catalogue(app: Flask, stand_in: StandIn) -> None:
    world = stand_in.world

    def track(key: str) -> Json | None:
        return _answers(stand_in).track(world.tracks[key]) if key in world.tracks else None

    def artist(key: str) -> Json | None:
        return _answers(stand_in).artist(world.artists[key]) if key in world.artists else None

    def album(key: str) -> Json | None:
        if key not in world.albums:
            return None
        tracks = _album_tracks(stand_in, key, _PAGE, 0)
        return _answers(stand_in).album(world.albums[key][0].album, tracks)

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
        limit, offset = _paging(_PAGE)
        if key not in world.albums:
            abort(404, "Resource not found")
        return _album_tracks(stand_in, key, limit, offset)

    if stand_in.regime.is_full:

        @app.get("/v1/<any(tracks, artists, albums):kind>/")
        def batch(kind: str) -> Any:
            keys = request.args.get("ids", "").split(",")
            if len(keys) > _BATCHES[kind]:
                abort(400, "Too many ids requested")
            return {kind: [finders[kind](key) for key in keys]}


@contextmanager
def serving(stand_in: StandIn, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1, on any free port unless one is given; yields the root URL."""
    server = make_server(
        "127.0.0.1", port, create_app(stand_in), threaded=True, request_handler=_QuietHandler
    )
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietHandler(WSGIRequestHandler):
    """Keeps connections open, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base's name
        pass


def _removed(**_: str) -> NoReturn:
    abort(403, "Forbidden")


def _answers(stand_in: StandIn) -> Answers:
    return Answers(stand_in.regime, f"{request.host_url}v1/")


def _paging(largest: int) -> tuple[int, int]:
    limit = request.args.get("limit", str(_DEFAULT_PAGE))
    offset = request.args.get("offset", "0")
    if not (limit.isdecimal() and 1 <= int(limit) <= largest):
        abort(400, "Invalid limit")
    if not offset.isdecimal():
        abort(400, "Invalid offset")
    return int(limit), int(offset)


def _selected(answer: Json) -> Json:
    fields = request.args.get("fields")
    chosen: Json = select(answer, fields) if fields else answer
    return chosen


def _entries(stand_in: StandIn, found: Playlist, limit: int, offset: int) -> Json:
    episodes = "episode" in request.args.get("additional_types", "track").split(",")
    answers = _answers(stand_in)
    page = [
        answers.entry(entry, episodes=episodes) for entry in found.entries[offset : offset + limit]
    ]
    return answers.page(f"playlists/{found.id}/items", page, limit, offset, len(found.entries))


def _album_tracks(stand_in: StandIn, key: str, limit: int, offset: int) -> Json:
    tracks = stand_in.world.albums[key]
    answers = _answers(stand_in)
    page = [answers.simple_track(track) for track in tracks[offset : offset + limit]]
    return answers.page(f"albums/{key}/tracks", page, limit, offset, len(tracks))
