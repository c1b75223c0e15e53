"""Access tokens: by refresh token where the secret has one, else by client credentials."""

import threading
import time
from collections.abc import Callable

import msgspec
import requests
import stamina

from spotify_pipeline.extract.errors import OutageError
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.refusals import RunRefusedError
from spotify_pipeline.extract.spotify.response import UnavailableError
from spotify_pipeline.extract.spotify.retries import RETRIES
from spotify_pipeline.extract.spotify.transport import open_session

_EARLY_SECONDS = 60
_TIMEOUT_SECONDS = 10


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str | None = None


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


class Grant:
    """An `auth_manager` for spotipy: any object with `get_access_token` serves as one.

    However many threads ask for one, a token is requested once. `keep` is given a refresh token
    that Spotify sends in place of the one it was asked with.
    """

    def __init__(
        self,
        credentials: Credentials,
        token_url: str,
        keep: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials = credentials
        self._token_url = token_url
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._access_token = ""
        self._expires = 0.0

    def get_access_token(self, as_dict: bool = False) -> str:
        """A token that is good for another minute at least.

        Raises RunRefusedError if Spotify gives none, OutageError if it does not answer.
        """
        with self._lock:
            if self._clock() >= self._expires:
                self._renew()
            return self._access_token

    def renew(self, token: str) -> None:
        """Have the next call get a new token, if `token`, which is not taken, is still in use."""
        with self._lock:
            if token == self._access_token:
                self._expires = 0.0

    def _renew(self) -> None:
        try:
            token = self._ask()
        except UnavailableError as error:
            raise OutageError(f"no token from Spotify: {error}") from error
        self._access_token = token.access_token
        self._expires = self._clock() + token.expires_in - _EARLY_SECONDS
        if token.refresh_token not in (None, "", self._credentials.refresh_token):
            self._keep(token.refresh_token)
            self._credentials = msgspec.structs.replace(
                self._credentials, refresh_token=token.refresh_token
            )

    @stamina.retry(**RETRIES)
    def _ask(self) -> _Token:
        form = {"grant_type": "client_credentials"}
        if self._credentials.refresh_token:
            form = {
                "grant_type": "refresh_token",
                "refresh_token": self._credentials.refresh_token,
            }
        login = (self._credentials.client_id, self._credentials.client_secret)
        try:
            with open_session() as session:
                response = session.post(
                    self._token_url, data=form, auth=login, timeout=_TIMEOUT_SECONDS
                )
        except requests.RequestException as error:
            raise UnavailableError(type(error).__name__) from error
        if response.status_code in (requests.codes.bad_request, requests.codes.unauthorized):
            raise RunRefusedError("grant_refused", _refusal(response))
        try:
            return msgspec.json.decode(response.content, type=_Token)
        except msgspec.MsgspecError as error:
            raise UnavailableError(f"{response.status_code} without a token") from error


def _refusal(response: requests.Response) -> str:
    try:
        body = msgspec.json.decode(response.content, type=_Refusal)
    except msgspec.MsgspecError:
        body = _Refusal()
    said = f"the token endpoint answered {response.status_code} {body.error}"
    said += f" ({body.error_description})" if body.error_description else ""
    if body.error == "invalid_grant":
        return f"{said}: run make auth ENV=<environment> and authorise the app anew"
    return f"{said}: check client_id and client_secret in the secret"
