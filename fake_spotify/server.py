"""The fake Spotify's HTTP server: counts requests, applies faults, checks tokens."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from fake_spotify.access import Access
from fake_spotify.connection import Server
from fake_spotify.fault_responses import apply_fault, quota_exceeded, rate_limited
from fake_spotify.faults import API_PATH, TOKEN_PATH
from fake_spotify.refusals import api_refusal
from fake_spotify.routes.accounts import add_accounts
from fake_spotify.routes.catalog import add_catalog
from fake_spotify.routes.consent import add_consent
from fake_spotify.routes.control import add_control
from fake_spotify.routes.json_text import JsonText
from fake_spotify.routes.listening import add_listening
from fake_spotify.routes.origin import add_origin_check
from fake_spotify.routes.playlists import add_playlists
from fake_spotify.routes.profile import add_profile
from fake_spotify.state import FakeSpotify

__all__ = ["FakeSpotify", "create_app", "serving"]

_POLL_SECONDS = 0.02


def create_app(fake: FakeSpotify) -> Flask:
    app = Flask(__name__)
    app.json = JsonText(app)
    # Clients request some paths with a trailing slash, others without.
    app.url_map.strict_slashes = False

    add_origin_check(app)

    @app.errorhandler(HTTPException)
    def error(problem: HTTPException) -> Response:
        return api_refusal(problem.code or 500, problem.description or "")

    @app.before_request
    def receive() -> Response | None:
        is_api = request.path.startswith(API_PATH)
        if is_api:
            fake.count_request(request.full_path.removesuffix("?"))
            if refusal := _over_a_limit(fake):
                return refusal
        elif request.path == TOKEN_PATH:
            fake.count_token_request()
        else:
            return None
        for fault in fake.faults.hitting(request.path):
            if response := apply_fault(fault, fake):
                return response
        if is_api:
            user = fake.tokens.user_of(request.headers.get("Authorization", ""))
            g.access = Access(fake.regime, user)
        return None

    add_consent(app, fake)
    add_accounts(app, fake)
    add_profile(app, fake)
    add_playlists(app, fake)
    add_catalog(app, fake)
    add_listening(app, fake)
    add_control(app, fake)
    return app


def _over_a_limit(fake: FakeSpotify) -> Response | None:
    """Count the current call against quota and rate window. A 429 if it is beyond one of them."""
    now, quota, window = fake.now(), fake.quota, fake.rate_window
    if quota and (seconds := quota.wait(now)):
        return quota_exceeded(str(seconds) if quota.retry_after else None)
    if window and (seconds := window.wait(now)):
        return rate_limited(str(seconds))
    return None


@contextmanager
def serving(fake: FakeSpotify, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1, on any free port unless one is given; yields the root URL."""
    server = Server(port, create_app(fake))
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
