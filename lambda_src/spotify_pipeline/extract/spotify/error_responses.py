"""The exceptions for error responses of the Web API."""

from typing import Any

import requests

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.decoding import UnreadableError, decode, normalize
from spotify_pipeline.extract.errors import QuotaExceededError, ThrottledError, UnavailableError
from spotify_pipeline.extract.spotify.refusals import refusal
from spotify_pipeline.extract.spotify.retry_after import parse_retry_after

_LONGEST_EXCERPT = 300

_TRANSIENT = (
    requests.codes.proxy_authentication_required,
    requests.codes.request_timeout,
    requests.codes.too_early,
)
"""Statuses below 500 that say nothing about the requested item."""


def error_for(path: str, response: requests.Response) -> Exception:
    """The exception for a response of 400 or above to a path below the API's root."""
    code = response.status_code
    error = error_fields(response).get("error")
    fields = error if isinstance(error, dict) else {"message": error}
    message = excerpt(fields.get("message")) or excerpt(response.reason)
    if code == requests.codes.too_many_requests:
        header = response.headers.get("Retry-After", "")
        pause = parse_retry_after(header, clock.utc_now())
        if fields.get("reason") == "QUOTA_EXCEEDED":
            return QuotaExceededError(pause or None)
        return ThrottledError(pause)
    if code in _TRANSIENT or code >= requests.codes.server_error:
        return UnavailableError(f"{path}: {code} {message}")
    return refusal(path, code, message)


def error_fields(response: requests.Response) -> dict[str, Any]:
    """The fields of an error's body; none if it is no JSON object."""
    try:
        return decode(normalize(response.content), dict[str, Any])
    except UnreadableError:
        return {}


def excerpt(text: object) -> str:
    """The beginning of a text of Spotify's on one line, to quote; empty if it is no text."""
    if not isinstance(text, str):
        return ""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_EXCERPT else f"{line[: _LONGEST_EXCERPT - 1]}…"
