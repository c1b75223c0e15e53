"""Origin checks: any local program may send requests, but no web page may use the controls."""

from flask import Flask, abort, request

from fake_spotify.request_origin import host_refusal, page_refusal

_CONTROL_PATH = "/fake/"


def add_origin_check(app: Flask) -> None:
    """Refuse with 403, before the request is counted. The pages of /authorize are for browsers."""

    @app.before_request
    def check() -> None:
        headers = {name.lower(): value for name, value in request.headers}
        refusal = host_refusal(headers, int(request.environ["SERVER_PORT"]))
        if request.path.startswith(_CONTROL_PATH):
            refusal = refusal or page_refusal(headers)
        if refusal:
            abort(403, refusal)
