"""The fake Spotify's consent page, and the exchange of its code."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from fake_spotify.tokens import CLIENT_ID
from tests.conftest import Server
from tests.unit.fake_spotify.conftest import APP, Client

BACK = "http://127.0.0.1:8888/callback"
ASKED = {
    "client_id": CLIENT_ID,
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": "playlist-read-private",
    "state": "x<y",
}


def response(server: Server, choice: str, **asked: str) -> dict[str, str]:
    """The parameters that the redirect returns to the app."""
    sent_on = requests.get(
        f"{server.url}authorize/{choice}",
        params=ASKED | asked,
        allow_redirects=False,
        timeout=5,
    ).headers["Location"]
    assert sent_on.startswith(f"{BACK}?")
    return {name: value for name, [value] in parse_qs(urlsplit(sent_on).query).items()}


def exchange(
    server: Server, code: str, app: tuple[str, str] = APP, /, **changes: str
) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return requests.post(server.token_url, data=form | changes, auth=app, timeout=5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"client_id": "other"}, "INVALID_CLIENT"),
        ({"code_challenge": "c", "code_challenge_method": "plain"}, "must be S256"),
        ({"code_challenge": "c"}, "must be S256"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"redirect_uri": "http://localhost:8888/callback"}, "Insecure redirect URI"),
        ({"redirect_uri": "http://example.com:8888/callback"}, "Insecure redirect URI"),
        ({"redirect_uri": "http://127.0.0.1.example.com:80/"}, "Insecure redirect URI"),
        ({"redirect_uri": ""}, "Insecure redirect URI"),
    ],
)
def test_an_invalid_authorization_is_refused_on_the_page(
    server: Server, change: dict[str, str], message: str
) -> None:
    for path in ("authorize", "authorize/agree", "authorize/cancel"):
        page = requests.get(f"{server.url}{path}", params=ASKED | change, timeout=5)
        assert page.status_code == 400
        assert message in page.text


def test_the_page_shows_the_requested_scopes(server: Server) -> None:
    page = requests.get(f"{server.url}authorize", params=ASKED, timeout=5)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "playlist-read-private" in page.text
    assert "x<y" not in page.text


def test_cancelling_returns_an_error_with_the_state(server: Server) -> None:
    assert response(server, "cancel") == {"error": "access_denied", "state": "x<y"}


def test_a_code_is_redeemable_once(server: Server) -> None:
    came = response(server, "agree")
    assert came["state"] == "x<y"
    token = exchange(server, came["code"]).json()
    assert (token["scope"], token["expires_in"]) == ("playlist-read-private", 3600)
    again = exchange(server, came["code"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    user = Client(server, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert user.request_token().status_code == 200
    assert user.get("me/playlists").status_code == 200
    user.close()


@pytest.mark.parametrize(
    ("app", "changes", "error"),
    [
        (APP, {"redirect_uri": "http://127.0.0.1:1/"}, "invalid_grant"),
        ((CLIENT_ID, "wrong"), {}, "invalid_client"),
    ],
)
def test_a_code_is_redeemable_only_by_its_app(
    server: Server, app: tuple[str, str], changes: dict[str, str], error: str
) -> None:
    refused = exchange(server, response(server, "agree")["code"], app, **changes)
    assert (refused.status_code, refused.json()["error"]) == (400, error)


def test_another_site_may_link_to_the_page(server: Server) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    page = requests.get(f"{server.url}authorize", params=ASKED, headers=headers, timeout=5)
    assert page.status_code == 200


# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = {
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}


@pytest.mark.parametrize(
    ("asked", "sent", "status"),
    [
        (CHALLENGE, {"code_verifier": VERIFIER}, 200),
        (CHALLENGE, {"code_verifier": VERIFIER[::-1]}, 400),
        (CHALLENGE, {"code_verifier": VERIFIER[:42]}, 400),
        (CHALLENGE, {"code_verifier": ""}, 400),
        (CHALLENGE, {}, 400),
        ({}, {"code_verifier": VERIFIER}, 400),
    ],
)
def test_a_code_requires_the_verifier_of_its_challenge(
    server: Server, asked: dict[str, str], sent: dict[str, str], status: int
) -> None:
    came = exchange(server, response(server, "agree", **asked)["code"], **sent)
    assert came.status_code == status
    assert came.json().get("error") == (None if status == 200 else "invalid_grant")
