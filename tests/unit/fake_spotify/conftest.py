"""Asking the fake Spotify over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from fake_spotify.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN

APP = (CLIENT_ID, CLIENT_SECRET)


class Client:
    """One that asks on one connection, with a token of its grant."""

    def __init__(self, server: Any, **grant: str) -> None:
        self._server = server
        self._session = requests.Session()
        self._grant = grant

    def ask_token(self) -> requests.Response:
        """Ask for a token, and use it from now on."""
        url = self._server.token_url
        response = self._session.post(url, data=self._grant, auth=APP, timeout=5)
        if response.ok and "access_token" in response.text:
            self._session.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
        return response

    def get(self, path: str, **params: Any) -> requests.Response:
        return self._session.get(self._server.api_url + path, params=params, timeout=5)

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def user(server: Any) -> Iterator[Client]:
    client = Client(server, grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    client.ask_token()
    yield client
    client.close()


@pytest.fixture
def app(server: Any) -> Iterator[Client]:
    client = Client(server, grant_type="client_credentials")
    client.ask_token()
    yield client
    client.close()


@pytest.fixture
def ids(world: Any) -> dict[str, str]:
    """The playlists' ids by name."""
    return {playlist.name: playlist.id for playlist in world.library(world.days[0])}
