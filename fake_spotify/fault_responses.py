"""Applies faults: an error response, or a side effect before the normal response."""

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
        return _replacement(fault)
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


def _replacement(fault: Fault) -> Response:
    """The response of a fault that replaces the normal one."""
    match fault.kind:
        case Kind.RATE_LIMIT:
            response = rate_limited(fault.retry_after)
        case Kind.QUOTA:
            response = quota_exceeded(None)
        case Kind.ERROR:
            response = _error(fault)
        case Kind.DROP:
            response = drop()
        case Kind.HTML:
            response = Response("<!doctype html><title>Spotify</title><p>One moment.", 200)
        case Kind.EMPTY:
            response = Response(b"", 200, mimetype="application/json")
        case Kind.ERROR_STRING:
            response = _error_string(fault)
        case Kind.INVALID_GRANT:
            response = accounts_refusal("invalid_grant", "Refresh token expired")
        case Kind.PREMIUM:
            response = api_refusal(
                403, "Active premium subscription required for the owner of the app."
            )
        case Kind.NOT_LISTED:
            response = api_refusal(403, "User not registered in the Developer Dashboard")
        case _:
            raise ValueError(f"{fault.kind} does not replace the response")
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
