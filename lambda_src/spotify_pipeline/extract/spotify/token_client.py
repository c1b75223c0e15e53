"""Requests to Spotify's token endpoint.

https://developer.spotify.com/documentation/web-api/concepts/authorization
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import requests
from msgspec import Meta

from spotify_pipeline.extract.decoding import UnreadableError, decode, normalize
from spotify_pipeline.extract.errors import TokenRefusedError, UnavailableError
from spotify_pipeline.extract.spotify.error_responses import error_fields, excerpt
from spotify_pipeline.extract.spotify.transport import open_session

_TIMEOUT_SECONDS = 10
_REFUSALS = (requests.codes.bad_request, requests.codes.unauthorized)

_USUAL_SECONDS = 3600
_LONGEST_SECONDS = 86_400


class TokenResponse(msgspec.Struct, frozen=True):
    """An access token valid for `expires_in` seconds; `scope` is separated by spaces."""

    access_token: str
    expires_in: float
    refresh_token: str | None = None
    scope: str | None = None

    def __repr__(self) -> str:
        return "TokenResponse(…)"


class _Body(msgspec.Struct):
    """Validates only the token, which a header must be able to hold."""

    access_token: Annotated[str, Meta(pattern=r"^[!-~]+\Z")]
    expires_in: Any = None
    refresh_token: Any = None
    scope: Any = None


def request_token(
    token_url: str, client_id: str, client_secret: str, form: Mapping[str, str]
) -> TokenResponse:
    """Send one token request, without retries.

    Raises TokenRefusedError for a 400 or 401, UnavailableError for any other response without a
    token. Neither text holds a secret.
    """
    try:
        with open_session() as session:
            response = session.post(
                token_url, data=form, auth=(client_id, client_secret), timeout=_TIMEOUT_SECONDS
            )
    except requests.RequestException as error:
        # Not its text, which may quote the request.
        raise UnavailableError(type(error).__name__) from error
    if response.status_code in _REFUSALS:
        raise _refusal(response)
    try:
        body = decode(normalize(response.content), _Body)
    except UnreadableError as error:
        raise UnavailableError(f"{response.status_code} without a token") from error
    return TokenResponse(
        body.access_token, _lifetime(body.expires_in), _text(body.refresh_token), _text(body.scope)
    )


def _lifetime(stated: object) -> float:
    """Seconds, at most a day; an hour if Spotify states no positive number."""
    try:
        seconds: float = msgspec.convert(stated, Annotated[float, Meta(gt=0)], strict=False)
    except msgspec.ValidationError:
        return _USUAL_SECONDS
    return min(seconds, _LONGEST_SECONDS)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _refusal(response: requests.Response) -> TokenRefusedError:
    fields = error_fields(response)
    error, description = fields.get("error"), fields.get("error_description")
    return TokenRefusedError(response.status_code, excerpt(error), excerpt(description))
