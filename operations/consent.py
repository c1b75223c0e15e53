"""A user's consent that the app reads their playlists: Spotify's Authorization Code flow.

https://developer.spotify.com/documentation/web-api/tutorials/code-flow, with PKCE (RFC 7636) beside
the client secret: an intercepted code cannot be redeemed.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from spotify_pipeline.extract.errors import TokenRefusedError, UnavailableError
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.token_client import request_token

_STATE_BYTES = 32
_VERIFIER_BYTES = 64
"""86 characters; RFC 7636 allows 43 to 128."""
_ERROR_CODE = re.compile("[a-z_]{1,40}")


class ConsentError(Exception):
    """Consent failed and nothing was stored. The message contains no secret, token or code."""


@dataclass(frozen=True)
class Authorisation:
    """The refresh token that Spotify issued; `scope` is separated by spaces."""

    refresh_token: str = field(repr=False)
    scope: str


@dataclass(frozen=True)
class Consent:
    """One attempt to obtain a user's consent to `scopes`; the browser returns to `redirect_uri`."""

    credentials: Credentials
    token_url: str
    redirect_uri: str
    scopes: Sequence[str]
    state: str = field(default_factory=lambda: secrets.token_urlsafe(_STATE_BYTES), repr=False)
    code_verifier: str = field(
        default_factory=lambda: secrets.token_urlsafe(_VERIFIER_BYTES), repr=False
    )

    def page(self) -> str:
        """The address of the consent page, on the host of the token endpoint."""
        query = {
            "client_id": self.credentials.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.scopes),
            "state": self.state,
            "code_challenge_method": "S256",
            "code_challenge": _challenge(self.code_verifier),
            # Without it Spotify skips the page for a user who agreed before.
            "show_dialog": "true",
        }
        return urlsplit(self.token_url)._replace(path="/authorize", query=urlencode(query)).geturl()

    def owns(self, query: Mapping[str, Sequence[str]]) -> bool:
        """Check that a request to the redirect URI has this attempt's state.

        Any web page can make the user's browser send other requests.
        """
        [state, *_] = query.get("state", [""])
        return secrets.compare_digest(state.encode(), self.state.encode())

    def code_in(self, query: Mapping[str, Sequence[str]]) -> str:
        """The code in the callback's query. Raises ConsentError if there is none."""
        given = {name: values[0] for name, values in query.items()}
        if given.get("error") == "access_denied":
            raise ConsentError("You did not agree. Run make auth again to be asked once more")
        if "code" not in given:
            raise ConsentError(f"Spotify sent no code: {_error_code(given.get('error', ''))}")
        return given["code"]

    def exchange(self, code: str) -> Authorisation:
        """Exchange the code for a refresh token. Raises ConsentError."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.code_verifier,
        }
        try:
            token = request_token(
                self.token_url, self.credentials.client_id, self.credentials.client_secret, form
            )
        except TokenRefusedError as refusal:
            raise ConsentError(_refusal_text(refusal)) from None
        except UnavailableError as error:
            raise ConsentError(f"{self.token_url}: {error}. Run make auth again") from None
        if not token.refresh_token:
            raise ConsentError(f"{self.token_url} responded without a refresh token")
        return Authorisation(token.refresh_token, token.scope or " ".join(self.scopes))


def _challenge(code_verifier: str) -> str:
    """The SHA-256 of the verifier in base64url without padding (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refusal_text(refusal: TokenRefusedError) -> str:
    error = _error_code(refusal.error)
    text = f"The token endpoint responded {refusal.status_code} {error}"
    if error == "invalid_client":
        return f"{text}: check client_id and client_secret in the secret"
    return f"{text}: run make auth again"


def _error_code(error: str) -> str:
    """The error if it looks like one of Spotify's codes; other text is not shown."""
    return error if _ERROR_CODE.fullmatch(error) else "unknown error"
