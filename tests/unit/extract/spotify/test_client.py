from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from spotify_pipeline.extract.errors import (
    InterruptionError,
    OutageError,
    QuotaExceededError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnexpectedError,
)
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.retries import TRIES
from tests.conftest import Clock, rate_limiter_of

Mocked = tuple[responses.RequestsMock, SpotifyClient]

API = "https://api.example/v1/"
TOKEN = "https://accounts.example/api/token"
LIST = f"{API}me/playlists"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spotify(clock: Clock) -> Iterator[Mocked]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(TOKEN, json={"access_token": "t1", "expires_in": 3600})
        auth = Auth(Credentials("id", "hush"), TOKEN, lambda _: None)
        yield mock, SpotifyClient(auth, API, rate_limiter_of(clock, longest_wait=30), 1)


def _error(status: int, message: str, **more: str) -> dict[str, Any]:
    return {"status": status, "json": {"error": {"status": status, "message": message, **more}}}


@pytest.mark.parametrize(
    ("headers", "pause"),
    [({"Retry-After": "86400"}, 86400), ({}, 60), ({"Retry-After": ""}, 60)],
)
def test_a_long_or_unspecified_rate_limit_interrupts(
    spotify: Mocked, clock: Clock, headers: dict[str, str], pause: int
) -> None:
    mock, client = spotify
    mock.get(LIST, headers=headers, **_error(429, "API rate limit exceeded"))
    with pytest.raises(RateLimitedError, match="429 rate limited") as limited:
        client.my_playlists(0)
    assert (limited.value.pause, client.calls, clock.slept) == (pause, 1, [])


def test_an_expired_token_is_renewed_once(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(401, "The access token expired"))
    mock.get(LIST, json={"items": []})
    assert client.my_playlists(0).read(dict[str, Any]) == {"items": []}
    assert [call.request.url for call in mock.calls].count(TOKEN) == 2


@pytest.mark.parametrize(
    ("message", "error"),
    [("Invalid access token", RefusedError), ("The access token expired", UnavailableError)],
)
def test_a_rejected_new_token_is_a_refusal_unless_expired(
    spotify: Mocked, message: str, error: type[Exception]
) -> None:
    mock, client = spotify
    mock.get(f"{API}playlists/p/items", **_error(401, message))
    with pytest.raises(error, match=f"401 {message}"):
        client.playlist_items("p", 0)


def test_a_request_that_needs_a_user_is_not_repeated(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(f"{API}playlists/p/items", **_error(401, "Valid user authentication required"))
    with pytest.raises(RefusedError):
        client.playlist_items("p", 0)
    assert client.calls == 1


def test_a_short_rate_limit_is_waited_out(spotify: Mocked, clock: Clock) -> None:
    mock, client = spotify
    for after in ("2", "30"):
        mock.get(LIST, headers={"Retry-After": after}, **_error(429, "API rate limit exceeded"))
    mock.get(LIST, json={"items": []})
    assert client.my_playlists(0).read(dict[str, Any]) == {"items": []}
    assert (clock.slept, client.calls) == ([2, 30], 3)


def test_an_exhausted_quota_is_recognised_by_its_reason(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(429, "Quota", reason="QUOTA_EXCEEDED"))
    with pytest.raises(QuotaExceededError) as exceeded:
        client.my_playlists(0)
    assert exceeded.value.pause is None


@pytest.mark.parametrize("error", [{"status": 500}, _error(502, "Bad gateway"), {"status": 503}])
def test_a_burst_of_faults_is_retried(spotify: Mocked, error: dict[str, Any]) -> None:
    mock, client = spotify
    for _ in range(TRIES - 1):
        mock.get(LIST, **error)
    mock.get(LIST, json={"items": []})
    client.my_playlists(0)
    assert client.calls == TRIES


def test_a_lasting_fault_is_unavailable(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, body=requests.ConnectionError("reset by peer"))
    with pytest.raises(UnavailableError, match="me/playlists: ConnectionError"):
        client.my_playlists(0)
    assert client.calls == TRIES


def test_consecutive_faults_are_an_outage_that_ends_the_attempt(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, status=503)
    for _ in range(4):
        with pytest.raises(UnavailableError):
            client.my_playlists(0)
    with pytest.raises(OutageError, match="not available: me/playlists: 503") as outage:
        client.my_playlists(0)
    assert outage.value.pause == 300
    calls = client.calls
    with pytest.raises(OutageError):
        client.my_playlists(0)
    assert client.calls == calls


def test_after_a_long_rate_limit_no_request_is_sent(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, headers={"Retry-After": "999"}, **_error(429, "API rate limit exceeded"))
    for _ in range(2):
        with pytest.raises(InterruptionError):
            client.my_playlists(0)
    assert client.calls == 1


def test_an_error_that_is_a_string_is_read(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, status=400, json={"error": "invalid_request"})
    with pytest.raises(UnexpectedError, match="400 invalid_request"):
        client.my_playlists(0)


@pytest.mark.parametrize("body", ["<html>busy</html>", ""])
def test_a_response_without_json_is_unavailable(spotify: Mocked, body: str) -> None:
    mock, client = spotify
    mock.get(LIST, body=body)
    with pytest.raises(UnavailableError, match="an answer without JSON"):
        client.my_playlists(0)


def test_a_response_of_another_shape_is_unavailable(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, json={"items": 1})
    with pytest.raises(UnavailableError, match="unexpected answer to me/playlists"):
        client.my_playlists(0).read(dict[str, list[int]])


def test_a_bad_request_is_unexpected(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(400, "Invalid limit"))
    with pytest.raises(UnexpectedError, match="400 Invalid limit"):
        client.my_playlists(0)


def test_a_lone_surrogate_is_replaced(spotify: Mocked) -> None:
    mock, client = spotify
    body = b'{"names": ["cut \\ud83c", "whole \\ud83c\\udfb5", "\xc3\xa9"]}'
    mock.get(LIST, body=body, content_type="application/json")
    found = client.my_playlists(0).read(dict[str, list[str]])
    assert found == {"names": ["cut \ufffd", "whole \U0001f3b5", "é"]}


def test_a_response_body_is_unchanged(spotify: Mocked) -> None:
    mock, client = spotify
    body = {"items": [], "more": {"deep": [1, 2.5, None, "é\n\U0001f3b5"]}, "zero": 0}
    mock.get(LIST, json=body)
    response = client.my_playlists(50)
    assert response.read(dict[str, Any]) == body
    assert b"\n" not in bytes(response.body)
    assert (response.request.path, response.request.params) == (
        "me/playlists",
        {"limit": 50, "offset": 50},
    )
