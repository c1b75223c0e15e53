"""The origin check: programs must use the server's own address; web pages get no control."""

from flask import Flask, abort, request

from fake_spotify.request_origin import host_refusal, page_refusal

_CONTROL_PATH = "/fake/"


def add_origin_check(app: Flask) -> None:
    """Refuse with 403, before the request is counted. Browsers may open /authorize."""

    @app.before_request
    def check() -> None:
        headers = {name.lower(): value for name, value in request.headers}
        refusal = host_refusal(headers, int(request.environ["SERVER_PORT"]))
        if request.path.startswith(_CONTROL_PATH):
            refusal = refusal or page_refusal(headers)
        if refusal:
            abort(403, refusal)
