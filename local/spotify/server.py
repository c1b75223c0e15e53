"""The stand-in's HTTP side: tokens, the endpoints that an app registered today has, and a clock.

It answers as Spotify documents for Development Mode since February 2026: contents only of
playlists that the token's user owns or collaborates on.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NoReturn

from flask import Flask, Response, abort, g, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from local.spotify import answers
from local.spotify.fields import select
from local.spotify.world import ME, Playlist, World

CLIENT_ID = "stand-in-client"
CLIENT_SECRET = "stand-in-secret"
REFRESH_TOKEN = "stand-in-refresh-token"

_LARGEST_PAGE = 50
_DEFAULT_PAGE = 20
_TOKEN_SECONDS = 3600

# What Development Mode has lost since February 2026: 403, whatever the token.
_REMOVED = (
    "/v1/playlists/<playlist_id>/tracks",
    "/v1/tracks",
    "/v1/albums",
    "/v1/artists",
    "/v1/artists/<artist_id>/top-tracks",
    "/v1/browse/<path:rest>",
    "/v1/markets",
    "/v1/users/<user_id>",
    "/v1/users/<user_id>/playlists",
)


class StandIn:
    """A world with a day. `requests` counts the calls to the Web API."""

    def __init__(self, world: World) -> None:
        self.world = world
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


def create_app(stand_in: StandIn) -> Flask:
    app = Flask(__name__)

    @app.errorhandler(HTTPException)
    def error(problem: HTTPException) -> tuple[Response, int]:
        body = {"error": {"status": problem.code, "message": problem.description}}
        return jsonify(body), problem.code or 500

    @app.before_request
    def authenticate() -> None:
        if request.path.startswith("/v1/"):
            stand_in.requests += 1
            g.user = stand_in.user_of(request.headers.get("Authorization", ""))

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

    @app.get("/v1/me/playlists")
    def my_playlists() -> Any:
        if g.user is None:
            abort(401, "Valid user authentication required")
        limit, offset = _paging()
        library = stand_in.world.library(stand_in.day)
        base = _base()
        items = [
            answers.listed_playlist(found, base, readable=_is_readable(found))
            for found in library[offset : offset + limit]
        ]
        return answers.page(items, f"{base}me/playlists", limit, offset, len(library))

    @app.get("/v1/playlists/<playlist_id>")
    def one_playlist(playlist_id: str) -> Any:
        found = _find(stand_in, playlist_id)
        answer = answers.playlist(found, _base())
        if _is_readable(found):
            answer["items"] = _entries(found, 100, 0)
        fields = request.args.get("fields")
        return select(answer, fields) if fields else answer

    @app.get("/v1/playlists/<playlist_id>/items")
    def playlist_items(playlist_id: str) -> Any:
        limit, offset = _paging()
        if g.user is None:
            abort(401, "Valid user authentication required")
        found = _find(stand_in, playlist_id)
        if not _is_readable(found):
            abort(403, "Forbidden")
        answer = _entries(found, limit, offset)
        fields = request.args.get("fields")
        return select(answer, fields) if fields else answer

    def removed(**_: str) -> NoReturn:
        abort(403, "Forbidden")

    for rule in _REMOVED:
        app.add_url_rule(rule, rule, removed)

    @app.route("/stand-in/day", methods=["GET", "PUT"])
    def day() -> Any:
        if request.method == "PUT":
            stand_in.day = date.fromisoformat(request.get_json()["day"])
        return {"day": str(stand_in.day), "days": [str(d) for d in stand_in.world.days]}

    return app


@contextmanager
def serving(stand_in: StandIn, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1, on any free port unless one is given; yields the root URL."""
    server = make_server(
        "127.0.0.1", port, create_app(stand_in), threaded=True, request_handler=_QuietHandler
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
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


def _base() -> str:
    return f"{request.host_url}v1/"


def _paging() -> tuple[int, int]:
    limit = request.args.get("limit", str(_DEFAULT_PAGE))
    offset = request.args.get("offset", "0")
    if not (limit.isdecimal() and 1 <= int(limit) <= _LARGEST_PAGE):
        abort(400, "Invalid limit")
    if not offset.isdecimal():
        abort(400, "Invalid offset")
    return int(limit), int(offset)


def _find(stand_in: StandIn, playlist_id: str) -> Playlist:
    found = stand_in.world.playlist(playlist_id, stand_in.day)
    if found is None or (found.owner != g.user and not found.public):
        abort(404, "Resource not found")
    return found


def _is_readable(found: Playlist) -> bool:
    """Whether the token's user may read the contents."""
    return g.user is not None and (found.owner == g.user or found.collaborative)


def _entries(found: Playlist, limit: int, offset: int) -> answers.Json:
    episodes = "episode" in request.args.get("additional_types", "track").split(",")
    items = [
        answers.entry(entry, _base(), episodes=episodes)
        for entry in found.entries[offset : offset + limit]
    ]
    href = f"{_base()}playlists/{found.id}/items"
    return answers.page(items, href, limit, offset, len(found.entries))
