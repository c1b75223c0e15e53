import re
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
)
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.retries import TRIES
from tests.conftest import Clock, no_limit, rate_limiter_of

Mocked = tuple[responses.RequestsMock, SpotifyClient]

API = "https://api.example/v1/"
TOKEN = "https://accounts.example/api/token"
LIST = f"{API}me/playlists"
PLAYLIST = "3cEYpjA9oz9GiPac4AsH4n"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spotify(clock: Clock) -> Iterator[Mocked]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(TOKEN, json={"access_token": "t1", "expires_in": 3600})
        auth = Auth(Credentials("id", "hush"), TOKEN, lambda _: None)
        yield mock, SpotifyClient(auth, API, rate_limiter_of(clock, longest_wait=30), 1, no_limit())


def _error(status: int, message: str, **more: str) -> dict[str, Any]:
    return {"status": status, "json": {"error": {"status": status, "message": message, **more}}}


@pytest.mark.parametrize(
    ("after", "pause"),
    [
        ("86400", 86_400),
        ("31.5", 32),
        ("9" * 400, 604_800),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 604_800),
    ],
)
def test_a_long_rate_limit_ends_the_attempt(
    spotify: Mocked, clock: Clock, after: str, pause: int
) -> None:
    mock, client = spotify
    mock.get(LIST, headers={"Retry-After": after}, **_error(429, "API rate limit exceeded"))
    with pytest.raises(RateLimitedError, match="429 rate limited") as limited:
        client.my_playlists(0)
    assert (limited.value.pause, client.calls, clock.slept) == (pause, 1, [])


@pytest.mark.parametrize(
    "after", [None, "", "0", "0.0", "-5", "1e99", "\xb2", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_a_rate_limit_without_a_pause_backs_off_then_ends(
    spotify: Mocked, clock: Clock, after: str | None
) -> None:
    mock, client = spotify
    headers = {} if after is None else {"Retry-After": after}
    mock.get(LIST, headers=headers, **_error(429, "API rate limit exceeded"))
    with pytest.raises(RateLimitedError) as limited:
        client.my_playlists(0)
    assert (limited.value.pause, clock.slept) == (32, [1, 2, 4, 8, 16])


def test_a_rate_limit_that_ends_is_no_longer_counted(spotify: Mocked, clock: Clock) -> None:
    mock, client = spotify
    for _ in range(3):
        mock.get(LIST, headers={"Retry-After": "0"}, **_error(429, "API rate limit exceeded"))
        mock.get(LIST, json={"items": []})
    for _ in range(3):
        client.my_playlists(0)
    assert clock.slept == [1, 1, 1]


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
    mock.get(f"{API}playlists/{PLAYLIST}/items", **_error(401, message))
    with pytest.raises(error, match=f"401 {message}"):
        client.playlist_items(PLAYLIST, 0)


def test_a_request_that_needs_a_user_is_not_repeated(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(
        f"{API}playlists/{PLAYLIST}/items", **_error(401, "Valid user authentication required")
    )
    with pytest.raises(RefusedError):
        client.playlist_items(PLAYLIST, 0)
    assert client.calls == 1


def test_a_short_rate_limit_is_waited_out(spotify: Mocked, clock: Clock) -> None:
    mock, client = spotify
    for after in ("2", "30"):
        mock.get(LIST, headers={"Retry-After": after}, **_error(429, "API rate limit exceeded"))
    mock.get(LIST, json={"items": []})
    assert client.my_playlists(0).read(dict[str, Any]) == {"items": []}
    assert (clock.slept, client.calls) == ([2, 30], 3)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [({}, None), ({"Retry-After": "48925"}, 48_925), ({"Retry-After": "0"}, None)],
)
def test_an_exhausted_quota_ends_the_attempt_for_its_time(
    spotify: Mocked, headers: dict[str, str], pause: float | None
) -> None:
    mock, client = spotify
    mock.get(LIST, headers=headers, **_error(429, "Quota", reason="QUOTA_EXCEEDED"))
    with pytest.raises(QuotaExceededError) as exceeded:
        client.my_playlists(0)
    assert (exceeded.value.pause, client.calls) == (pause, 1)


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
    for page in range(4):
        with pytest.raises(UnavailableError):
            client.my_playlists(50 * page)
    with pytest.raises(OutageError, match="not available: me/playlists: 503") as outage:
        client.my_playlists(200)
    assert outage.value.pause == 300
    calls = client.calls
    with pytest.raises(OutageError):
        client.my_playlists(0)
    assert client.calls == calls


def test_the_pages_of_one_unavailable_playlist_are_no_outage(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(f"{API}playlists/{'p' * 22}/items", status=503)
    for page in range(10):
        with pytest.raises(UnavailableError):
            client.playlist_items("p" * 22, 50 * page)


def test_after_a_long_rate_limit_no_request_is_sent(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, headers={"Retry-After": "999"}, **_error(429, "API rate limit exceeded"))
    for _ in range(2):
        with pytest.raises(InterruptionError):
            client.my_playlists(0)
    assert client.calls == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": "invalid_request"}', "invalid_request"),
        (b'{"error": {"message": "Invalid\\n id"}}', "Invalid id"),
        (b'\xef\xbb\xbf{"error": {"message": "cut \\ud83c"}}', "cut \ufffd"),
        (b'{"error": {"message": null, "status": "x"}}', "Bad Request"),
        (b'{"error": null}', "Bad Request"),
        (b"[]", "Bad Request"),
        (b"", "Bad Request"),
        (b'{"error":' * 2000 + b"1" + b"}" * 2000, "Bad Request"),
        (b'{"error": "' + b"x" * 5000 + b'"}', "x" * 299 + "…"),
    ],
    ids=range(9),
)
def test_an_error_of_any_shape_is_quoted_in_brief(
    spotify: Mocked, body: bytes, message: str
) -> None:
    mock, client = spotify
    mock.get(f"{API}playlists/{PLAYLIST}", status=400, body=body)
    with pytest.raises(RefusedError) as refused:
        client.playlist(PLAYLIST)
    assert refused.value.reason.startswith(f"400 {message}: Spotify does not accept")


@pytest.mark.parametrize("status", [400, 402, 405, 410, 418, 422, 451, 499])
@pytest.mark.parametrize("kind", ["playlist", "artist", "album", "artists", "albums"])
def test_any_other_4xx_refuses_one_item(spotify: Mocked, kind: str, status: int) -> None:
    mock, client = spotify
    mock.get(re.compile(API), **_error(status, "No."))
    argument = [PLAYLIST] if kind.endswith("s") else PLAYLIST
    with pytest.raises(RefusedError, match=f"^{status} No"):
        getattr(client, kind)(argument)
    assert client.calls == 1


@pytest.mark.parametrize("status", [407, 408, 425])
def test_a_4xx_that_says_nothing_of_the_item_is_retried(spotify: Mocked, status: int) -> None:
    mock, client = spotify
    mock.get(LIST, **_error(status, "Later"))
    with pytest.raises(UnavailableError, match=f"me/playlists: {status} Later"):
        client.my_playlists(0)
    assert client.calls == TRIES


ODD_IDS = ["", "../me", "a/b?c", PLAYLIST[:-1], f"{PLAYLIST}\n", "é" * 22, f"spotify:{PLAYLIST}"]


@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_odd_id_is_refused_without_a_request(spotify: Mocked, odd: str) -> None:
    _, client = spotify
    for ask in (client.playlist, client.artist, client.album):
        with pytest.raises(RefusedError, match="no id of 22 letters and digits") as refused:
            ask(odd)
        assert (refused.value.status, repr(odd) in refused.value.reason) == ("failed", True)
    for page in (client.playlist_items, client.album_tracks):
        with pytest.raises(RefusedError):
            page(odd, 0)
    for batch in (client.artists, client.albums):
        with pytest.raises(RefusedError):
            batch([PLAYLIST, odd])
    assert client.calls == 0


@pytest.mark.parametrize(
    "body",
    [
        "<html>busy</html>",
        "",
        '{"total": NaN}',
        '{"name": "\\ud83c", "total": NaN}',
        '{"name": "\\ud83c", "total": Infinity}',
        "[1],[2]",
        "[" * 2000 + "]" * 2000,
        '"\\ud83c"' + "[" * 2000,
    ],
    ids=range(8),
)
def test_a_response_without_json_is_unavailable(spotify: Mocked, body: str) -> None:
    mock, client = spotify
    mock.get(LIST, body=body)
    with pytest.raises(UnavailableError, match="a response without JSON"):
        client.my_playlists(0)


def test_a_response_of_another_shape_is_unavailable(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, json={"items": 1})
    with pytest.raises(UnavailableError, match="unexpected response to me/playlists"):
        client.my_playlists(0).read(dict[str, list[int]])


def test_whole_numbers_may_be_written_as_floats(spotify: Mocked) -> None:
    mock, client = spotify
    mock.get(LIST, body=b'{"total": 4.9E7, "limit": 50.0, "offset": "7"}')
    expected = {"total": 49_000_000, "limit": 50, "offset": 7}
    assert client.my_playlists(0).read(dict[str, int]) == expected


@pytest.mark.parametrize("total", ["0.5", "1e999", "null", "true", '"x"', "[]", "9e99"])
def test_what_is_no_whole_number_is_unavailable(spotify: Mocked, total: str) -> None:
    mock, client = spotify
    mock.get(LIST, body=f'{{"total": {total}}}')
    with pytest.raises(UnavailableError, match="unexpected response to me/playlists"):
        client.my_playlists(0).read(dict[str, int])


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"name": "cut \\ud83c"}', "cut \ufffd"),
        (b'{"name": "turned \\udfb5\\uD83C"}', "turned \ufffd\ufffd"),
        (b'{"name": "whole \\ud83c\\udfb5 \xc3\xa9"}', "whole \U0001f3b5 é"),
        (b'{"name": "a backslash \\\\ud83c"}', "a backslash \\ud83c"),
        (b'{"name": "no UTF-8 \xff"}', "no UTF-8 \ufffd"),
        (b'\xef\xbb\xbf{"name": "a mark"}', "a mark"),
        ('{"name": "wide é"}'.encode("utf-16"), "wide é"),
        (b'{"name": "once", "name": "twice"}', "twice"),
    ],
    ids=range(8),
)
def test_text_that_is_no_utf_8_costs_a_character_at_most(
    spotify: Mocked, body: bytes, name: str
) -> None:
    mock, client = spotify
    mock.get(LIST, body=body, content_type="application/json")
    assert client.my_playlists(0).read(dict[str, str]) == {"name": name}


def test_replacing_half_a_character_changes_nothing_else(spotify: Mocked) -> None:
    mock, client = spotify
    body = rb'{"a":4.9E7,"a":1e999,"name":"\u00e9\ud83c","b":1.10}'
    mock.get(LIST, body=body)
    assert bytes(client.my_playlists(0).body) == body.replace(rb"\ud83c", rb"\ufffd")


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
