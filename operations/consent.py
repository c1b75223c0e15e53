"""A user's consent that the app reads their playlists: Spotify's Authorization Code flow.

https://developer.spotify.com/documentation/web-api/tutorials/code-flow, with PKCE (RFC 7636) beside
the client secret: a code that somebody else gets hold of is of no use to them.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import msgspec
import requests

from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.response import UnavailableError
from spotify_pipeline.extract.spotify.transport import open_session

SCOPES = ("playlist-read-private", "playlist-read-collaborative")

_TIMEOUT_SECONDS = 20
_STATE_BYTES = 32
_VERIFIER_BYTES = 64
"""86 characters; RFC 7636 allows 43 to 128."""
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
    state: str = field(default_factory=lambda: secrets.token_urlsafe(_STATE_BYTES), repr=False)
    code_verifier: str = field(
        default_factory=lambda: secrets.token_urlsafe(_VERIFIER_BYTES), repr=False
    )

    def page(self) -> str:
        """The address of the page that asks the user, on the token endpoint's own host."""
        query = {
            "client_id": self.credentials.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
            "state": self.state,
            "code_challenge_method": "S256",
            "code_challenge": _challenge(self.code_verifier),
            # Else Spotify asks nothing of a user who agreed before, and keeps to who is logged in.
            "show_dialog": "true",
        }
        return urlsplit(self.token_url)._replace(path="/authorize", query=urlencode(query)).geturl()

    def owns(self, query: Mapping[str, Sequence[str]]) -> bool:
        """Whether a request to the redirect URI has this attempt's state.

        Any web page can have the user's browser send another one.
        """
        [state, *_] = query.get("state", [""])
        return secrets.compare_digest(state.encode(), self.state.encode())

    def code_in(self, query: Mapping[str, Sequence[str]]) -> str:
        """The code with which the browser came back. Raises ConsentError if it brings none."""
        given = {name: values[0] for name, values in query.items()}
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
            "code_verifier": self.code_verifier,
        }
        login = (self.credentials.client_id, self.credentials.client_secret)
        try:
            with open_session() as session:
                response = session.post(
                    self.token_url, data=form, auth=login, timeout=_TIMEOUT_SECONDS
                )
        except UnavailableError as error:
            raise ConsentError(f"{self.token_url}: {error}. Run make auth again") from None
        except requests.RequestException as error:
            # Not its text, which may quote the request.
            raise ConsentError(f"{self.token_url}: {type(error).__name__}; try again") from None
        if response.status_code != requests.codes.ok:
            raise ConsentError(_refusal(response))
        try:
            return msgspec.json.decode(response.content, type=Granted)
        except msgspec.MsgspecError:
            raise ConsentError(f"{self.token_url} answered without a refresh token") from None


def _challenge(code_verifier: str) -> str:
    """Its SHA-256 in base64url without padding (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


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
