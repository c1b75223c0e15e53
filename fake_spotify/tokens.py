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
"""Valid from the start, as if the user had already authorised the app."""


_CODE_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636, section 4.1."""


@dataclass
class _Access:
    user: str | None
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
    """Authorization codes, refresh tokens, and access tokens with a lifetime.

    A user of None is the app itself (client credentials).
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._access: dict[str, _Access] = {}
        self._refresh = {REFRESH_TOKEN: ME}
        self._codes: dict[str, Agreement] = {}

    def grant(self, user: str | None, seconds: float) -> str:
        """A new access token."""
        token = secrets.token_urlsafe()
        self._access[token] = _Access(user, self._clock() + seconds)
        return token

    def user_of(self, header: str) -> str | None:
        """The user of the access token in a header `Authorization`. Aborts with 401."""
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer" or not token:
            abort(401, "No token provided")
        if token not in self._access:
            abort(401, "Invalid access token")
        access = self._access[token]
        if self._clock() >= access.expires:
            abort(401, "The access token expired")
        return access.user

    def expire(self, header: str) -> None:
        """End the lifetime of the access token in a header `Authorization`."""
        if access := self._access.get(header.removeprefix("Bearer ")):
            access.expires = self._clock()

    def user_of_refresh_token(self, refresh_token: str) -> str | None:
        """The user of a refresh token; None if it is unknown or revoked."""
        return self._refresh.get(refresh_token)

    def new_refresh_token(self, user: str) -> str:
        token = secrets.token_urlsafe()
        self._refresh[token] = user
        return token

    def revoke(self, refresh_token: str) -> None:
        self._refresh.pop(refresh_token, None)

    def new_code(self, agreement: Agreement) -> str:
        code = secrets.token_urlsafe()
        self._codes[code] = agreement
        return code

    def redeem_code(self, code: str) -> Agreement | None:
        """Redeem a code, once. None if it is unknown or already redeemed."""
        return self._codes.pop(code, None)
