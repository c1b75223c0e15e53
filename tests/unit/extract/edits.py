"""Edits of Spotify's responses before the extract function sees them."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.raw import Request

Body = dict[str, Any]
Edit = Callable[[Request, Body], object]
"""Changes the body of the response to a request, or returns another one."""


def edit_responses(monkeypatch: pytest.MonkeyPatch, edit: Edit) -> None:
    """Apply `edit` to every successful response of the Web API."""
    send = SpotifyClient._send

    def edited(client: SpotifyClient, request: Request, *rest: Any) -> Response:
        response = send(client, request, *rest)
        body = msgspec.json.decode(response.body)
        replaced = edit(request, body)
        text = msgspec.json.encode(body if replaced is None else replaced)
        return Response.of(request, text)

    monkeypatch.setattr(SpotifyClient, "_send", edited)


def nest_responses(monkeypatch: pytest.MonkeyPatch, edit: Callable[[bytes], bytes]) -> None:
    """Apply `edit` to the text of every response before it is parsed."""
    of = Response.of

    def edited(request: Request, text: bytes) -> Response:
        return of(request, edit(text))

    monkeypatch.setattr(Response, "of", edited)


class ShortPage:
    """Cuts the page at an offset of a path's end to `items`, the first `times` times.

    `total` replaces the total of these pages. `requests` counts all requests for the page.
    """

    def __init__(
        self,
        path: str,
        offset: int,
        *,
        items: int = 0,
        total: int | None = None,
        times: float = float("inf"),
    ) -> None:
        self.requests = 0
        self._path = path
        self._offset = offset
        self._items = items
        self._total = total
        self._times = times

    def __call__(self, request: Request, body: Body) -> None:
        if not request.path.endswith(self._path) or request.params.get("offset") != self._offset:
            return
        self.requests += 1
        if self.requests <= self._times:
            del body["items"][self._items :]
            if self._total is not None:
                body["total"] = self._total
