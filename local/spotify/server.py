"""The stand-in's HTTP side: every request is counted, may meet a fault, needs a token."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from local.spotify.access import Access
from local.spotify.accounts import add_accounts
from local.spotify.catalogue import add_catalogue
from local.spotify.connection import Server
from local.spotify.consent import add_consent
from local.spotify.control import add_control
from local.spotify.fault_answers import meet, rate_limited
from local.spotify.faults import API_PATH, TOKEN_PATH
from local.spotify.json_text import JsonText
from local.spotify.playlists import add_playlists
from local.spotify.refusals import api_refusal
from local.spotify.state import StandIn

__all__ = ["StandIn", "create_app", "serving"]

_POLL_SECONDS = 0.02


def create_app(stand_in: StandIn) -> Flask:
    app = Flask(__name__)
    app.json = JsonText(app)
    # Clients ask for some paths with a slash at the end, for others without.
    app.url_map.strict_slashes = False

    @app.errorhandler(HTTPException)
    def error(problem: HTTPException) -> Response:
        return api_refusal(problem.code or 500, problem.description or "")

    @app.before_request
    def receive() -> Response | None:
        is_api = request.path.startswith(API_PATH)
        if is_api:
            stand_in.count_request(request.full_path.removesuffix("?"))
            if stand_in.rate_window and (seconds := stand_in.rate_window.wait()):
                return rate_limited(str(seconds))
        elif request.path == TOKEN_PATH:
            stand_in.count_token_request()
        else:
            return None
        for fault in stand_in.faults.hitting(request.path):
            if answer := meet(fault, stand_in):
                return answer
        if is_api:
            user = stand_in.tokens.user_of(request.headers.get("Authorization", ""))
            g.access = Access(stand_in.regime, user)
        return None

    add_consent(app, stand_in)
    add_accounts(app, stand_in)
    add_playlists(app, stand_in)
    add_catalogue(app, stand_in)
    add_control(app, stand_in)
    return app


@contextmanager
def serving(stand_in: StandIn, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1, on any free port unless one is given; yields the root URL."""
    server = Server(port, create_app(stand_in))
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
