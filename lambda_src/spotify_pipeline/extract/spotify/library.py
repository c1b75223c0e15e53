"""The playlists that the token's user owns or follows, with their snapshots."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Executor
from functools import partial
from typing import NamedTuple

import msgspec

from spotify_pipeline.extract.concurrency import run_all
from spotify_pipeline.extract.errors import RefusedError, RunRefusedError, UnavailableError
from spotify_pipeline.extract.list_counts import ListCounts
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.sources import LIKED
from spotify_pipeline.statuses import PlaylistStatus, RunStatus

_SAVED_PAGES = 20
"""Pages after which a long listing is saved, between two rounds of requests.

A killed invocation loses the pages of one round, at most half of the listing.
"""


_NULL = msgspec.Raw(b"null")


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


class LibraryProgress(msgspec.Struct):
    """The pages of the library that the attempts of a run have received so far.

    `faults` counts the attempts in which a page was unavailable.
    """

    pages: Pages = msgspec.field(default_factory=Pages)
    faults: int = 0

    def without(self, ids: Collection[str]) -> "LibraryProgress":
        """The progress with null in the place of these playlists."""
        if not ids:
            return self
        responses = {n: _without(page, ids) for n, page in self.pages.responses.items()}
        return LibraryProgress(
            msgspec.structs.replace(self.pages, responses=responses), self.faults
        )


class _Earlier(NamedTuple):
    """The pages that earlier attempts received: their offsets, and the totals that they state."""

    offsets: frozenset[int]
    totals: tuple[int, ...]

    @classmethod
    def of(cls, pages: Pages) -> "_Earlier":
        return cls(frozenset(pages.reads), tuple(pages.totals))

    def is_outdated(self, pages: Pages) -> bool:
        """True if a page received since states another total."""
        newer = pages.totals[len(self.totals) :]
        return bool(self.totals) and not set(newer) <= set(self.totals)

    def removed_from(self, pages: Pages) -> Pages:
        """The pages received since."""
        newer = Pages(unavailable=pages.unavailable)
        for offset, page in pages.responses.items():
            if offset not in self.offsets:
                newer.add(page)
        return newer


class _Body(msgspec.Struct):
    items: list[msgspec.Raw]


class _Identity(msgspec.Struct):
    id: str | None = None


def read_library(
    spotify: SpotifyClient,
    pool: Executor,
    progress: LibraryProgress,
    save: Callable[[LibraryProgress], None] | None = None,
) -> Library:
    """List the library, except the pages that `progress` holds; add those received.

    A playlist added to the library, or removed, shifts the offsets of others. So a page with
    another total than that of earlier attempts discards their pages: they are requested again. A
    change that keeps the total cannot be seen; the next run lists the library anew.
    `save` is called during a long listing. Raises RunRefusedError without a user.
    """
    progress.pages.unavailable.clear()
    earlier = _Earlier.of(progress.pages)
    unsaved = 0
    while missing := progress.pages.missing():
        if save and unsaved >= _SAVED_PAGES:
            save(progress)
            unsaved = 0
        try:
            run_all(pool, [partial(_read, spotify, progress.pages, one) for one in missing])
        finally:
            if earlier.is_outdated(progress.pages):
                progress.pages = earlier.removed_from(progress.pages)
                earlier = _Earlier.of(Pages())
        unsaved += len(missing)
    return _library(progress.pages)


def _read(spotify: SpotifyClient, pages: Pages, offset: int) -> None:
    try:
        spotify.pause(pages.backoff_seconds(offset))
        pages.add(spotify.my_playlists(offset))
    except UnavailableError as error:
        pages.skip(offset, str(error))
    except RefusedError as refusal:
        if refusal.status in (PlaylistStatus.UNAUTHORIZED, PlaylistStatus.FORBIDDEN):
            raise RunRefusedError(RunStatus.GRANT_REFUSED, refusal.reason) from refusal
        pages.skip(offset, refusal.reason)


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


def _without(page: Response, ids: Collection[str]) -> Response:
    """The page with null in the place of items that are one of these playlists."""
    members = page.read(dict[str, msgspec.Raw])
    items = page.read(_Body).items
    kept = [_NULL if _is_one_of(page, body, ids) else body for body in items]
    if kept == items:
        return page
    body = msgspec.json.encode({**members, "items": kept})
    return msgspec.structs.replace(page, body=msgspec.Raw(body))


def _is_one_of(page: Response, body: msgspec.Raw, ids: Collection[str]) -> bool:
    playlist_id = _id_of(msgspec.structs.replace(page, body=body))
    if playlist_id:
        return playlist_id in ids
    return any(one.encode() in bytes(body) for one in ids if one != LIKED)


def _playlists(page: Response) -> Iterator[Response]:
    for body in page.read(_Body).items:
        if bytes(body) != b"null":
            yield msgspec.structs.replace(page, body=body)


def _id_of(playlist: Response) -> str:
    try:
        return playlist.read(_Identity).id or ""
    except UnavailableError:
        return ""
