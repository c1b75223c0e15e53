"""Access tokens, from the user's refresh token or else from the app's client credentials."""

import threading
import time
from collections.abc import Callable

import msgspec
import stamina

from spotify_pipeline.extract.errors import (
    OutageError,
    RunRefusedError,
    TokenRefusedError,
    UnavailableError,
)
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.retries import RETRIES
from spotify_pipeline.extract.spotify.token_client import TokenResponse, request_token
from spotify_pipeline.statuses import RunStatus

_EARLY_SECONDS = 60
"""A token is renewed this long before it expires."""


class Auth:
    """The access token of a run, shared by its threads and renewed by one of them.

    `save_refresh_token` receives a refresh token that Spotify issues in place of the current one.
    `scope` is that of the last token, separated by spaces; None if Spotify does not state it.
    """

    def __init__(
        self,
        credentials: Credentials,
        token_url: str,
        save_refresh_token: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.credentials = credentials
        self.scope: str | None = None
        self._token_url = token_url
        self._save_refresh_token = save_refresh_token
        self._clock = clock
        self._lock = threading.Lock()
        self._access_token = ""
        self._expires = 0.0

    def get_access_token(self) -> str:
        """Return a token valid for at least another minute.

        Raises RunRefusedError if Spotify refuses one, OutageError if it is unavailable.
        """
        with self._lock:
            if self._clock() >= self._expires:
                self._renew()
            return self._access_token

    @property
    def granted_scopes(self) -> list[str] | None:
        """The scopes of the last token, or else those in the secret; None if neither is known."""
        scope = self.credentials.scope if self.scope is None else self.scope
        return None if scope is None else scope.split()

    def expire(self, token: str) -> None:
        """Make the next call request a new token, if the rejected `token` is still the current."""
        with self._lock:
            if token == self._access_token:
                self._expires = 0.0

    def _renew(self) -> None:
        try:
            token = self._request()
        except UnavailableError as error:
            raise OutageError(f"no token from Spotify: {error}") from error
        except TokenRefusedError as error:
            raise RunRefusedError(RunStatus.GRANT_REFUSED, _reason(error)) from error
        self._access_token = token.access_token
        self.scope = token.scope
        self._expires = self._clock() + token.expires_in - _EARLY_SECONDS
        if token.refresh_token and token.refresh_token != self.credentials.refresh_token:
            self._save_refresh_token(token.refresh_token)
            self.credentials = msgspec.structs.replace(
                self.credentials, refresh_token=token.refresh_token
            )

    @stamina.retry(**RETRIES)
    def _request(self) -> TokenResponse:
        credentials = self.credentials
        form = {"grant_type": "client_credentials"}
        if credentials.refresh_token:
            form = {"grant_type": "refresh_token", "refresh_token": credentials.refresh_token}
        return request_token(
            self._token_url, credentials.client_id, credentials.client_secret, form
        )


def _reason(refusal: TokenRefusedError) -> str:
    response = f"the token endpoint returned {refusal.status_code} {refusal.error}"
    if refusal.description:
        response += f" ({refusal.description})"
    if refusal.error == "invalid_grant":
        return f"{response}: run make auth ENV=<environment> and authorise the app anew"
    return f"{response}: check client_id and client_secret in the secret"
