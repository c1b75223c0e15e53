import time
from typing import Any

import pytest
import responses

from spotify_pipeline.extract.grant import Grant
from spotify_pipeline.extract.patience import Patience
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify import (
    RateLimitedError,
    RefusedError,
    Spotify,
    UnavailableError,
    UnexpectedError,
)

API = "https://api.example/v1/"
TOKEN = "https://accounts.example/api/token"
LIST = f"{API}me/playlists"


@pytest.fixture
def slept() -> list[float]:
    """The pauses that were made."""
    return []


@pytest.fixture
def spotify(slept: list[float]) -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(TOKEN, json={"access_token": "t1", "expires_in": 3600})
        grant = Grant(Credentials("id", "hush"), TOKEN, lambda _: None)
        yield mock, Spotify(grant, API, Patience(lambda: 300, 30, slept.append))


def _error(status: int, message: str, **more: str) -> dict[str, Any]:
    return {"status": status, "json": {"error": {"status": status, "message": message, **more}}}


@pytest.mark.parametrize(
    ("status", "meaning"), [(401, "unauthorized"), (403, "forbidden"), (404, "missing")]
)
def test_a_refusal_has_a_status_and_spotifys_words(spotify: Any, status: int, meaning: str) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(status, "Not for you"))
    with pytest.raises(RefusedError) as refused:
        client.my_playlists(0)
    assert (refused.value.status, refused.value.reason) == (meaning, f"{status} Not for you")


@pytest.mark.parametrize(
    ("headers", "after"),
    [({"Retry-After": "86400"}, 86400), ({}, None), ({"Retry-After": ""}, None)],
)
def test_a_rate_limit_comes_back_at_once_with_its_time(
    spotify: Any, headers: dict[str, str], after: int | None
) -> None:
    mock, client = spotify
    mock.get(LIST, headers=headers, **_error(429, "API rate limit exceeded"))
    began = time.monotonic()
    with pytest.raises(RateLimitedError) as limited:
        client.my_playlists(0)
    assert limited.value.retry_after == after
    assert client.calls == 1
    assert time.monotonic() - began < 2


def test_an_expired_token_is_renewed_once(spotify: Any) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(401, "The access token expired"))
    mock.get(LIST, json={"items": []})
    assert client.my_playlists(0).read(dict[str, Any]) == {"items": []}
    assert [call.request.url for call in mock.calls].count(TOKEN) == 2


def test_a_token_that_is_refused_anew_is_a_refusal(spotify: Any) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(401, "The access token expired"))
    with pytest.raises(RefusedError, match="401 The access token expired"):
        client.my_playlists(0)
    assert client.calls == 2


def test_what_a_token_may_not_do_is_not_asked_twice(spotify: Any) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(401, "Valid user authentication required"))
    with pytest.raises(RefusedError):
        client.my_playlists(0)
    assert client.calls == 1


def test_a_short_pause_is_made_and_the_call_repeated(spotify: Any, slept: list[float]) -> None:
    mock, client = spotify
    for after in ("2", "30"):
        mock.get(LIST, headers={"Retry-After": after}, **_error(429, "API rate limit exceeded"))
    mock.get(LIST, json={"items": []})
    assert client.my_playlists(0).read(dict[str, Any]) == {"items": []}
    assert (slept, client.calls) == ([2, 30], 3)


@pytest.mark.parametrize(
    ("left", "seconds", "waited"),
    [(300, 30, True), (300, 31, False), (80, 20, True), (80, 21, False)],
)
def test_a_pause_must_fit_its_bound_and_the_time_left(
    left: float, seconds: int, waited: bool, slept: list[float]
) -> None:
    assert Patience(lambda: left, 30, slept.append).wait(seconds) is waited
    assert slept == [seconds] * waited


def test_a_used_up_quota_is_told_by_its_reason(spotify: Any) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(429, "Quota", reason="QUOTA_EXCEEDED"))
    with pytest.raises(RateLimitedError, match="QUOTA_EXCEEDED") as limited:
        client.my_playlists(0)
    assert (limited.value.is_quota, limited.value.retry_after) == (True, None)


@pytest.mark.parametrize("body", ["<html>busy</html>", ""])
def test_an_answer_without_json_is_no_answer(spotify: Any, body: str) -> None:
    mock, client = spotify
    mock.get(LIST, body=body)
    with pytest.raises(UnavailableError, match="an answer without JSON"):
        client.my_playlists(0)


def test_an_answer_of_another_shape_is_no_answer(spotify: Any) -> None:
    mock, client = spotify
    mock.get(LIST, json={"items": 1})
    with pytest.raises(UnavailableError, match="unexpected answer to me/playlists"):
        client.my_playlists(0).read(dict[str, list[int]])


def test_a_bad_request_is_a_fault_of_ours(spotify: Any) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(400, "Invalid limit"))
    with pytest.raises(UnexpectedError, match="400 Invalid limit"):
        client.my_playlists(0)


def test_half_a_character_costs_that_character_alone(spotify: Any) -> None:
    mock, client = spotify
    body = b'{"names": ["cut \\ud83c", "whole \\ud83c\\udfb5", "\xc3\xa9"]}'
    mock.get(LIST, body=body, content_type="application/json")
    found = client.my_playlists(0).read(dict[str, list[str]])
    assert found == {"names": ["cut \ufffd", "whole \U0001f3b5", "é"]}


def test_an_answer_is_kept_as_received(spotify: Any) -> None:
    mock, client = spotify
    body = {"items": [], "more": {"deep": [1, 2.5, None, "é\n\U0001f3b5"]}, "zero": 0}
    mock.get(LIST, json=body)
    answer = client.my_playlists(50)
    assert answer.read(dict[str, Any]) == body
    assert b"\n" not in bytes(answer.body)
    assert (answer.request.path, answer.request.params) == (
        "me/playlists",
        {"limit": 50, "offset": 50},
    )
