"""The fake Spotify's app and its tokens."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import abort

from fake_spotify.worlds.world import ME

CLIENT_ID = "fake-client"
CLIENT_SECRET = "fake-secret"
REFRESH_TOKEN = "fake-refresh-token"
"""Valid from the start, as if the user had already authorised the app, with every scope."""

SCOPES = frozenset(
    (
        "playlist-read-private",
        "playlist-read-collaborative",
        "user-library-read",
        "user-read-recently-played",
    )
)
"""The scopes of the user's data that the server has."""

_CODE_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636, section 4.1."""


@dataclass(frozen=True)
class Grant:
    """What a token is for: a user, None for the app itself, and the scopes that they granted."""

    user: str | None
    scopes: frozenset[str] = frozenset()


@dataclass
class _Access:
    grant: Grant
    expires: float


@dataclass(frozen=True)
class Agreement:
    """A user's consent: the scopes, and the redirect URI of the code.

    `code_challenge` is the PKCE challenge, empty if the app sent none.
    """

    scope: str
    redirect_uri: str
    code_challenge: str = ""

    def matches(self, code_verifier: str) -> bool:
        """True if the verifier matches the challenge (RFC 7636, section 4.6)."""
        if not self.code_challenge:
            return not code_verifier
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return bool(_CODE_VERIFIER.fullmatch(code_verifier)) and challenge == self.code_challenge


class Tokens:
    """Authorization codes, refresh tokens, and access tokens with a lifetime."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._access: dict[str, _Access] = {}
        self._refresh = {REFRESH_TOKEN: Grant(ME, SCOPES)}
        self._codes: dict[str, Agreement] = {}

    def grant(self, grant: Grant, seconds: float) -> str:
        """A new access token."""
        token = secrets.token_urlsafe()
        self._access[token] = _Access(grant, self._clock() + seconds)
        return token

    def grant_of(self, header: str) -> Grant:
        """The grant of the access token in a header `Authorization`. Aborts with 401."""
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer" or not token:
            abort(401, "No token provided")
        if token not in self._access:
            abort(401, "Invalid access token")
        access = self._access[token]
        if self._clock() >= access.expires:
            abort(401, "The access token expired")
        return access.grant

    def expire(self, header: str) -> None:
        """End the lifetime of the access token in a header `Authorization`."""
        if access := self._access.get(header.removeprefix("Bearer ")):
            access.expires = self._clock()

    def grant_of_refresh_token(self, refresh_token: str) -> Grant | None:
        """The grant of a refresh token; None if it is unknown or revoked."""
        return self._refresh.get(refresh_token)

    def new_refresh_token(self, grant: Grant) -> str:
        token = secrets.token_urlsafe()
        self._refresh[token] = grant
        return token

    def limit(self, scopes: frozenset[str], refresh_token: str = REFRESH_TOKEN) -> None:
        """Leave a refresh token only these scopes, as if the user had granted no more."""
        self._refresh[refresh_token] = Grant(self._refresh[refresh_token].user, scopes)

    def revoke(self, refresh_token: str) -> None:
        self._refresh.pop(refresh_token, None)

    def new_code(self, agreement: Agreement) -> str:
        code = secrets.token_urlsafe()
        self._codes[code] = agreement
        return code

    def redeem_code(self, code: str) -> Agreement | None:
        """Redeem a code, once. None if it is unknown or already redeemed."""
        return self._codes.pop(code, None)
