"""The playlists that the token's user owns or follows, with their snapshots."""

from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial

import msgspec

from spotify_pipeline.extract.concurrency import run_all
from spotify_pipeline.extract.errors import RefusedError, RunRefusedError, UnavailableError
from spotify_pipeline.extract.list_counts import ListCounts
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.statuses import PlaylistStatus, RunStatus


class UnreadablePlaylist(msgspec.Struct, frozen=True):
    """An item of the library without valid metadata; `id` is empty if it has none."""

    id: str
    body: Response
    reason: str


class Library(msgspec.Struct, frozen=True):
    """Metadata of each playlist by id, in the library's order.

    `fault` is why some of its pages could not be read, else None.
    """

    playlists: dict[str, Response]
    unreadable: list[UnreadablePlaylist]
    counts: ListCounts
    fault: str | None = None


class _Body(msgspec.Struct):
    items: list[msgspec.Raw]


class _Identity(msgspec.Struct):
    id: str | None = None


def read_library(spotify: SpotifyClient, pool: Executor, size: int = 0) -> Library:
    """List the library; `size` estimates its number of playlists.

    Raises RunRefusedError without a user.
    """
    pages = Pages(size)

    def read(offset: int) -> None:
        try:
            spotify.pause(pages.backoff_seconds(offset))
            pages.add(spotify.my_playlists(offset))
        except UnavailableError as error:
            pages.skip(offset, str(error))
        except RefusedError as refusal:
            if refusal.status in (PlaylistStatus.UNAUTHORIZED, PlaylistStatus.FORBIDDEN):
                raise RunRefusedError(RunStatus.GRANT_REFUSED, refusal.reason) from refusal
            pages.skip(offset, refusal.reason)

    while missing := pages.missing():
        run_all(pool, [partial(read, offset) for offset in missing])
    return _library(pages)


def _library(pages: Pages) -> Library:
    playlists, unreadable = {}, []
    for page in pages.in_order():
        for playlist in _playlists(page):
            try:
                playlists[playlist.read(Listing).id] = playlist
            except UnavailableError as error:
                unreadable.append(UnreadablePlaylist(_id_of(playlist), playlist, str(error)))
    fault = next(iter(pages.unavailable.values()), None)
    return Library(playlists, unreadable, pages.counts, fault)


def _playlists(page: Response) -> Iterator[Response]:
    for body in page.read(_Body).items:
        if bytes(body) != b"null":
            yield msgspec.structs.replace(page, body=body)


def _id_of(playlist: Response) -> str:
    try:
        return playlist.read(_Identity).id or ""
    except UnavailableError:
        return ""
