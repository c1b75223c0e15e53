"""Requests to Spotify's token endpoint.

https://developer.spotify.com/documentation/web-api/concepts/authorization
"""

from collections.abc import Mapping

import msgspec
import requests

from spotify_pipeline.extract.errors import TokenRefusedError, UnavailableError
from spotify_pipeline.extract.spotify.transport import open_session

_TIMEOUT_SECONDS = 10
_REFUSALS = (requests.codes.bad_request, requests.codes.unauthorized)


class TokenResponse(msgspec.Struct, frozen=True):
    """An access token valid for `expires_in` seconds; `scope` is separated by spaces."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None
    scope: str | None = None

    def __repr__(self) -> str:
        return "TokenResponse(…)"


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


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
        return msgspec.json.decode(response.content, type=TokenResponse)
    except msgspec.MsgspecError as error:
        raise UnavailableError(f"{response.status_code} without a token") from error


def _refusal(response: requests.Response) -> TokenRefusedError:
    try:
        body = msgspec.json.decode(response.content, type=_Refusal)
    except msgspec.MsgspecError:
        body = _Refusal()
    return TokenRefusedError(response.status_code, body.error, body.error_description)
