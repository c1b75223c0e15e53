"""A user's consent that the app reads their playlists: Spotify's Authorization Code flow.

https://developer.spotify.com/documentation/web-api/tutorials/code-flow
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import msgspec
import requests

from spotify_pipeline.extract.settings import Credentials

SCOPES = ("playlist-read-private", "playlist-read-collaborative")

_TIMEOUT_SECONDS = 20
_ERROR_WORD = re.compile("[a-z_]{1,40}")


class ConsentError(Exception):
    """There is no consent, and nothing was stored. Its text holds no secret, token or code."""


class Granted(msgspec.Struct, frozen=True):
    """What Spotify granted. `scope` is separated by spaces; without one it is as asked for."""

    refresh_token: str
    scope: str = " ".join(SCOPES)

    @property
    def lacks(self) -> list[str]:
        """The scopes that were asked for and not granted."""
        return [scope for scope in SCOPES if scope not in self.scope.split()]

    def __repr__(self) -> str:
        return "Granted(…)"


class _Refusal(msgspec.Struct):
    error: str = ""


@dataclass(frozen=True)
class Consent:
    """One attempt to get a user's consent. `redirect_uri` is where their browser comes back to."""

    credentials: Credentials
    token_url: str
    redirect_uri: str
    state: str

    def page(self) -> str:
        """The address of the page that asks the user, on the token endpoint's own host."""
        query = {
            "client_id": self.credentials.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
            "state": self.state,
            # Else Spotify asks nothing of a user who agreed before, and keeps to who is logged in.
            "show_dialog": "true",
        }
        return urlsplit(self.token_url)._replace(path="/authorize", query=urlencode(query)).geturl()

    def code_in(self, query: Mapping[str, Sequence[str]]) -> str:
        """The code with which the browser came back. Raises ConsentError if it brings none."""
        given = {name: values[0] for name, values in query.items()}
        if not secrets.compare_digest(given.get("state", "").encode(), self.state.encode()):
            raise ConsentError(
                "This answer is refused: its state is missing or wrong, so it does not belong to "
                "the page that was opened. Run make auth again, and use the page that it opens"
            )
        if given.get("error") == "access_denied":
            raise ConsentError("You did not agree. Run make auth again to be asked anew")
        if "code" not in given:
            raise ConsentError(f"Spotify sent no code: {_word(given.get('error', ''))}")
        return given["code"]

    def exchange(self, code: str) -> Granted:
        """What the user's code is good for. Raises ConsentError."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
        }
        login = (self.credentials.client_id, self.credentials.client_secret)
        try:
            response = requests.post(
                self.token_url,
                data=form,
                auth=login,
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # Not its text, which may quote the request.
            raise ConsentError(f"{self.token_url}: {type(error).__name__}; try again") from None
        if response.status_code != requests.codes.ok:
            raise ConsentError(_refusal(response))
        try:
            return msgspec.json.decode(response.content, type=Granted)
        except msgspec.MsgspecError:
            raise ConsentError(f"{self.token_url} answered without a refresh token") from None


def _refusal(response: requests.Response) -> str:
    try:
        error = _word(msgspec.json.decode(response.content, type=_Refusal).error)
    except msgspec.MsgspecError:
        error = _word("")
    said = f"The token endpoint answered {response.status_code} {error}"
    if error == "invalid_client":
        return f"{said}: check client_id and client_secret in the secret"
    return f"{said}: run make auth again"


def _word(error: str) -> str:
    """An error as Spotify names them; anything else is not repeated."""
    return error if _ERROR_WORD.fullmatch(error) else "unknown error"
