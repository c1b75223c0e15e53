"""The token endpoint, with its three grants.

https://developer.spotify.com/documentation/web-api/concepts/authorization
"""

from typing import Any

from flask import Flask, Response, request

from fake_spotify.refusals import accounts_refusal
from fake_spotify.state import FakeSpotify
from fake_spotify.tokens import Grant
from fake_spotify.worlds.world import ME


def add_accounts(app: Flask, fake: FakeSpotify) -> None:
    @app.post("/api/token")
    def token() -> Any:
        login = request.authorization
        if not login or (login.username, login.password) != fake.app:
            return accounts_refusal("invalid_client", "Invalid client")
        grant = request.form.get("grant_type")
        if grant == "client_credentials":
            return _access_token(fake, Grant(None))
        if grant == "refresh_token":
            return _refreshed(fake, request.form.get("refresh_token", ""))
        if grant == "authorization_code":
            return _exchanged(fake, request.form.get("code", ""))
        return accounts_refusal("unsupported_grant_type", "grant_type is not supported")


def _refreshed(fake: FakeSpotify, refresh_token: str) -> dict[str, Any] | Response:
    grant = fake.tokens.grant_of_refresh_token(refresh_token)
    if grant is None:
        return accounts_refusal("invalid_grant", "Refresh token revoked")
    response = _access_token(fake, grant)
    if fake.rotates:
        fake.tokens.revoke(refresh_token)
        response["refresh_token"] = fake.tokens.new_refresh_token(grant)
    return response


def _exchanged(fake: FakeSpotify, code: str) -> dict[str, Any] | Response:
    agreement = fake.tokens.redeem_code(code)
    if agreement is None:
        return accounts_refusal("invalid_grant", "Invalid authorization code")
    if request.form.get("redirect_uri") != agreement.redirect_uri:
        return accounts_refusal("invalid_grant", "Invalid redirect URI")
    if not agreement.matches(request.form.get("code_verifier", "")):
        return accounts_refusal("invalid_grant", "code_verifier was incorrect")
    grant = Grant(ME, frozenset(agreement.scope.split()))
    more = {"refresh_token": fake.tokens.new_refresh_token(grant), "scope": agreement.scope}
    return _access_token(fake, grant) | more


def _access_token(fake: FakeSpotify, grant: Grant) -> dict[str, Any]:
    return {
        "access_token": fake.tokens.grant(grant, fake.token_seconds),
        "token_type": "Bearer",
        "expires_in": fake.token_seconds,
    }
