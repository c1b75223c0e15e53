"""Redirects and oversized responses, of the token endpoint and of the Web API."""

from collections.abc import Callable, Iterator

import pytest

from spotify_pipeline.extract.errors import OutageError, UnavailableError
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.retries import TRIES
from spotify_pipeline.extract.spotify.transport import MAX_BODY_BYTES, open_session
from tests.conftest import Clock, no_limit, rate_limiter_of
from tests.scripted_server import (
    MEGABYTE,
    Scripted,
    ScriptedServer,
    chunked,
    gzip_bomb,
    plain,
    scripted_server,
)

USER = Credentials(client_id="id", client_secret="hush", refresh_token="r1")


class FixedAuth(Auth):
    def __init__(self) -> None:
        super().__init__(USER, "", lambda _: None)

    def get_access_token(self, as_dict: bool = False) -> str:
        return "access-token"


def ask_for_token(url: str) -> None:
    Auth(USER, f"{url}api/token", lambda _: None).get_access_token()


def ask_for_artist(url: str) -> None:
    SpotifyClient(FixedAuth(), f"{url}v1/", rate_limiter_of(Clock()), 1, no_limit()).artist(
        "6sFIWsNpZYqfjUpaCgueju"
    )


ASK = pytest.mark.parametrize(
    ("ask", "error"),
    [(ask_for_token, OutageError), (ask_for_artist, UnavailableError)],
    ids=["token", "artist"],
)


@pytest.fixture
def spotify() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def other() -> Iterator[ScriptedServer]:
    """A server that no request is meant for. It returns a token, which is an artist too."""
    with scripted_server() as server:
        server.response.body = b'{"access_token": "theirs", "expires_in": 3600}'
        yield server


@ASK
@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(
    spotify: ScriptedServer,
    other: ScriptedServer,
    status: int,
    ask: Callable[[str], None],
    error: type[Exception],
) -> None:
    spotify.response = Scripted(status, {"Location": f"{other.url}api/token"})
    with pytest.raises(error, match=f"{status}, and redirects are not followed"):
        ask(spotify.url)
    assert other.received == []
    assert len(spotify.received) == TRIES


@ASK
@pytest.mark.parametrize("location", ["/elsewhere", "http://[", "", None])
def test_no_redirect_is_followed_or_taken_for_an_answer(
    spotify: ScriptedServer,
    location: str | None,
    ask: Callable[[str], None],
    error: type[Exception],
) -> None:
    headers = {} if location is None else {"Location": location}
    body = b'{"access_token": "t", "expires_in": 3600}'
    spotify.response = Scripted(302, headers, body)
    with pytest.raises(error, match="302, and redirects are not followed"):
        ask(spotify.url)
    assert {one.path for one in spotify.received} & {"/elsewhere"} == set()


@ASK
@pytest.mark.parametrize(
    "response",
    [plain(40), chunked(40), gzip_bomb(64), gzip_bomb(64, layers=2)],
    ids=["plain", "chunked", "gzip", "gzip in gzip"],
)
def test_a_response_of_more_than_the_limit_is_unavailable(
    spotify: ScriptedServer,
    response: Scripted,
    ask: Callable[[str], None],
    error: type[Exception],
) -> None:
    spotify.response = response
    with pytest.raises(error, match="a response of more than 32 MB"):
        ask(spotify.url)


@ASK
def test_the_limit_holds_for_errors_too(
    spotify: ScriptedServer, ask: Callable[[str], None], error: type[Exception]
) -> None:
    spotify.response = plain(40)
    spotify.response.status = 400
    with pytest.raises(error, match="a response of more than 32 MB"):
        ask(spotify.url)


@pytest.mark.parametrize("more", [0, 1])
def test_the_limit_itself_is_allowed(spotify: ScriptedServer, more: int) -> None:
    body = MEGABYTE * 32 + bytes(more)
    assert len(body) == MAX_BODY_BYTES + more
    spotify.response = Scripted(headers={"Content-Length": str(len(body))}, body=body)
    with open_session() as session:
        if more:
            with pytest.raises(UnavailableError):
                session.get(spotify.url, timeout=5)
        else:
            assert session.get(spotify.url, timeout=5).content == body
