"""Access tokens: by refresh token where the secret has one, else by client credentials."""

import time
from collections.abc import Callable

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from spotify_pipeline.extract.settings import Credentials

_EARLY_SECONDS = 60
_TIMEOUT_SECONDS = 10


class GrantError(Exception):
    """Spotify refused to give a token; trying again does not help."""


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str | None = None


class Grant:
    """An `auth_manager` for spotipy: any object with `get_access_token` serves as one.

    `keep` is given a refresh token that Spotify sends in place of the one it was asked with.
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
        self._session = requests.Session()
        retry = Retry(
            total=3,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods={"POST"},
            backoff_factor=0.5,
            respect_retry_after_header=False,
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))
        self._access_token = ""
        self._expires = 0.0

    def get_access_token(self, as_dict: bool = False) -> str:
        """A token that is good for another minute at least. Raises GrantError."""
        if self._clock() >= self._expires:
            self._ask()
        return self._access_token

    def renew(self) -> None:
        """Have the next call get a new token: Spotify no longer takes this one."""
        self._expires = 0.0

    def _ask(self) -> None:
        form = {"grant_type": "client_credentials"}
        if self._credentials.refresh_token:
            form = {
                "grant_type": "refresh_token",
                "refresh_token": self._credentials.refresh_token,
            }
        answer = self._session.post(
            self._token_url,
            data=form,
            auth=(self._credentials.client_id, self._credentials.client_secret),
            timeout=_TIMEOUT_SECONDS,
        )
        if answer.status_code != requests.codes.ok:
            raise GrantError(_refusal(answer))
        token = msgspec.json.decode(answer.content, type=_Token)
        self._access_token = token.access_token
        self._expires = self._clock() + token.expires_in - _EARLY_SECONDS
        if token.refresh_token not in (None, "", self._credentials.refresh_token):
            self._keep(token.refresh_token)
            self._credentials = msgspec.structs.replace(
                self._credentials, refresh_token=token.refresh_token
            )


def _refusal(answer: requests.Response) -> str:
    said = f"the token endpoint answered {answer.status_code}"
    try:
        body = msgspec.json.decode(answer.content, type=dict[str, object])
    except msgspec.DecodeError:
        return f"{said}; try again later"
    said = f"{said} {body.get('error')}: {body.get('error_description', '')}"
    if body.get("error") == "invalid_grant":
        return f"{said}; authorise the app anew and store the new refresh_token in the secret"
    return f"{said}; check client_id and client_secret in the secret"
