"""The playlists that the token's user owns or follows, with their snapshots."""

from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial

import msgspec

from spotify_pipeline.extract.concurrency import run_all
from spotify_pipeline.extract.errors import RefusedError, RunRefusedError
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.statuses import RunStatus


class _Body(msgspec.Struct):
    items: list[msgspec.Raw]


def read_library(spotify: SpotifyClient, pool: Executor, size: int = 0) -> dict[str, Response]:
    """Metadata of each playlist by id, in the library's order; `size` estimates their number.

    Raises RunRefusedError without a user, UnavailableError.
    """
    pages = Pages(total=size)

    def read(offset: int) -> None:
        pages.add(spotify.my_playlists(offset))

    try:
        while missing := pages.missing():
            run_all(pool, [partial(read, offset) for offset in missing])
    except RefusedError as refusal:
        raise RunRefusedError(RunStatus.GRANT_REFUSED, refusal.reason) from refusal
    playlists = [playlist for page in pages.in_order() for playlist in _playlists(page)]
    return {playlist.read(Listing).id: playlist for playlist in playlists}


def _playlists(page: Response) -> Iterator[Response]:
    for body in page.read(_Body).items:
        if bytes(body) != b"null":
            yield msgspec.structs.replace(page, body=body)
