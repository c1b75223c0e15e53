"""The token endpoint, with its three grants.

https://developer.spotify.com/documentation/web-api/concepts/authorization
"""

from typing import Any

from flask import Flask, Response, request

from local.spotify.refusals import accounts_refusal
from local.spotify.state import StandIn
from local.spotify.tokens import CLIENT_ID, CLIENT_SECRET
from local.spotify.world import ME


def add_accounts(app: Flask, stand_in: StandIn) -> None:
    @app.post("/api/token")
    def token() -> Any:
        login = request.authorization
        if not login or (login.username, login.password) != (CLIENT_ID, CLIENT_SECRET):
            return accounts_refusal("invalid_client", "Invalid client")
        grant = request.form.get("grant_type")
        if grant == "client_credentials":
            return _access_token(stand_in, None)
        if grant == "refresh_token":
            return _refreshed(stand_in, request.form.get("refresh_token", ""))
        if grant == "authorization_code":
            return _exchanged(stand_in, request.form.get("code", ""))
        return accounts_refusal("unsupported_grant_type", "grant_type must be one that is known")


def _refreshed(stand_in: StandIn, refresh_token: str) -> dict[str, Any] | Response:
    user = stand_in.tokens.refresher(refresh_token)
    if user is None:
        return accounts_refusal("invalid_grant", "Refresh token revoked")
    answer = _access_token(stand_in, user)
    if stand_in.rotates:
        stand_in.tokens.revoke(refresh_token)
        answer["refresh_token"] = stand_in.tokens.new_refresh_token(user)
    return answer


def _exchanged(stand_in: StandIn, code: str) -> dict[str, Any] | Response:
    agreement = stand_in.tokens.take_code(code)
    if agreement is None:
        return accounts_refusal("invalid_grant", "Invalid authorization code")
    if request.form.get("redirect_uri") != agreement.redirect_uri:
        return accounts_refusal("invalid_grant", "Invalid redirect URI")
    refresh_token = stand_in.tokens.new_refresh_token(ME)
    more = {"refresh_token": refresh_token, "scope": agreement.scope}
    return _access_token(stand_in, ME) | more


def _access_token(stand_in: StandIn, user: str | None) -> dict[str, Any]:
    return {
        "access_token": stand_in.tokens.grant(user, stand_in.token_seconds),
        "token_type": "Bearer",
        "expires_in": stand_in.token_seconds,
    }
