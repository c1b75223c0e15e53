"""The fake Spotify's consent page, and what its code is good for."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from fake_spotify.tokens import CLIENT_ID
from tests.unit.fake_spotify.conftest import APP, Client

BACK = "http://127.0.0.1:8888/callback"
ASKED = {
    "client_id": CLIENT_ID,
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": "playlist-read-private",
    "state": "x<y",
}


def response(server: Any, answered: str, **asked: str) -> dict[str, str]:
    """What comes back to the app."""
    sent_on = requests.get(
        f"{server.url}authorize/{answered}",
        params=ASKED | asked,
        allow_redirects=False,
        timeout=5,
    ).headers["Location"]
    assert sent_on.startswith(f"{BACK}?")
    return {name: value for name, [value] in parse_qs(urlsplit(sent_on).query).items()}


def exchange(server: Any, code: str, **changes: Any) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    auth = changes.pop("auth", APP)
    return requests.post(server.token_url, data=form | changes, auth=auth, timeout=5)


@pytest.mark.parametrize(
    ("change", "said"),
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
def test_what_spotify_would_refuse_is_refused_on_the_page(
    server: Any, change: dict[str, str], said: str
) -> None:
    for path in ("authorize", "authorize/agree", "authorize/cancel"):
        page = requests.get(f"{server.url}{path}", params=ASKED | change, timeout=5)
        assert page.status_code == 400
        assert said in page.text


def test_the_page_shows_what_is_asked_for(server: Any) -> None:
    page = requests.get(f"{server.url}authorize", params=ASKED, timeout=5)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "playlist-read-private" in page.text
    assert "x<y" not in page.text


def test_to_cancel_is_an_error_with_the_state(server: Any) -> None:
    assert response(server, "cancel") == {"error": "access_denied", "state": "x<y"}


def test_a_code_is_good_for_tokens_once(server: Any) -> None:
    came = response(server, "agree")
    assert came["state"] == "x<y"
    token = exchange(server, came["code"]).json()
    assert (token["scope"], token["expires_in"]) == ("playlist-read-private", 3600)
    again = exchange(server, came["code"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    user = Client(server, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert user.ask_token().status_code == 200
    assert user.get("me/playlists").status_code == 200
    user.close()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "http://127.0.0.1:1/"}, "invalid_grant"),
        ({"auth": (CLIENT_ID, "wrong")}, "invalid_client"),
    ],
)
def test_a_code_is_given_to_its_own_app_alone(
    server: Any, changes: dict[str, Any], error: str
) -> None:
    refused = exchange(server, response(server, "agree")["code"], **changes)
    assert (refused.status_code, refused.json()["error"]) == (400, error)


def test_a_page_of_another_site_may_lead_to_the_page(server: Any) -> None:
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
def test_a_code_is_given_to_who_has_the_verifier_of_its_challenge(
    server: Any, asked: dict[str, str], sent: dict[str, str], status: int
) -> None:
    came = exchange(server, response(server, "agree", **asked)["code"], **sent)
    assert came.status_code == status
    assert came.json().get("error") == (None if status == 200 else "invalid_grant")
