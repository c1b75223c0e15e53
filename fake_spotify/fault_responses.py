"""Applies faults: an error response, or a side effect before the normal response."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Response, g, jsonify, request

from fake_spotify.connection import delay, drop
from fake_spotify.faults import Fault, Kind
from fake_spotify.refusals import accounts_refusal, api_refusal
from fake_spotify.state import FakeSpotify

_BAD_GATEWAYS = (502, 504)
_DEFAULT_STATUS = Fault(Kind.ERROR).status


def apply_fault(fault: Fault, fake: FakeSpotify) -> Response | None:
    """Apply a fault to the current request. None if the normal response follows."""
    if fault.kind.replaces_response:
        return _RESPONSES[fault.kind](fault)
    if fault.kind is Kind.SLOW:
        delay(fault.seconds)
    elif fault.kind is Kind.EXPIRED:
        fake.tokens.expire(request.headers.get("Authorization", ""))
    elif fault.kind is Kind.MOVE:
        fake.move(request.path.split("/")[3])
    elif fault.kind is Kind.SHORT_EMBEDDED:
        g.is_embedded_page_short = True
    return None


def rate_limited(retry_after: str | None) -> Response:
    return _to_retry(api_refusal(429, "API rate limit exceeded"), retry_after)


def quota_exceeded(retry_after: str | None) -> Response:
    refusal = api_refusal(429, "Quota exceeded", reason="QUOTA_EXCEEDED")
    return _to_retry(refusal, retry_after)


def _to_retry(response: Response, retry_after: str | None) -> Response:
    if retry_after is not None:
        response.headers["Retry-After"] = retry_after
    return response


def _error(fault: Fault) -> Response:
    name = HTTPStatus(fault.status).phrase
    if fault.status in _BAD_GATEWAYS:
        return Response(name, fault.status, mimetype="text/plain")
    return api_refusal(fault.status, name)


def _error_string(fault: Fault) -> Response:
    response = jsonify(error="Bad request")
    response.status_code = 400 if fault.status == _DEFAULT_STATUS else fault.status
    return response


_RESPONSES: dict[Kind, Callable[[Fault], Response]] = {
    Kind.RATE_LIMIT: lambda fault: rate_limited(fault.retry_after),
    Kind.QUOTA: lambda _: quota_exceeded(None),
    Kind.ERROR: _error,
    Kind.DROP: lambda _: drop(),
    Kind.HTML: lambda _: Response("<!doctype html><title>Spotify</title><p>One moment.", 200),
    Kind.EMPTY: lambda _: Response(b"", 200, mimetype="application/json"),
    Kind.ERROR_STRING: _error_string,
    Kind.INVALID_GRANT: lambda _: accounts_refusal("invalid_grant", "Refresh token expired"),
    Kind.PREMIUM: lambda _: api_refusal(
        403, "Active premium subscription required for the owner of the app."
    ),
    Kind.NOT_LISTED: lambda _: api_refusal(403, "User not registered in the Developer Dashboard"),
}
