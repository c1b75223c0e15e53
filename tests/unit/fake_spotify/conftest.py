"""HTTP clients of the fake Spotify."""

from collections.abc import Iterator

import pytest
import requests

from fake_spotify.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from fake_spotify.worlds.world import World
from tests.conftest import Server

APP = (CLIENT_ID, CLIENT_SECRET)


class Client:
    """Sends requests on one connection, with a token for its grant."""

    def __init__(self, server: Server, **grant: str) -> None:
        self._server = server
        self._session = requests.Session()
        self._grant = grant

    def request_token(self) -> requests.Response:
        """Request a token, and use it from now on."""
        url = self._server.token_url
        response = self._session.post(url, data=self._grant, auth=APP, timeout=5)
        if response.ok and "access_token" in response.text:
            self._session.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
        return response

    def get(self, path: str, **params: str | int) -> requests.Response:
        return self._session.get(self._server.api_url + path, params=params, timeout=5)

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def user(server: Server) -> Iterator[Client]:
    client = Client(server, grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    client.request_token()
    yield client
    client.close()


@pytest.fixture
def app(server: Server) -> Iterator[Client]:
    client = Client(server, grant_type="client_credentials")
    client.request_token()
    yield client
    client.close()


@pytest.fixture
def ids(world: World) -> dict[str, str]:
    """The playlists' ids by name."""
    return {playlist.name: playlist.id for playlist in world.library(world.days[0])}
