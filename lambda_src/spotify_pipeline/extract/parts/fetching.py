"""Fetches the items of one part, with many requests at the same time."""

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from math import ceil
from typing import Any

import msgspec

from spotify_pipeline.extract.concurrency import run_all
from spotify_pipeline.extract.errors import UnavailableError
from spotify_pipeline.extract.parts.catalog_items import (
    Record,
    fetch_records,
    placeholder_records,
)
from spotify_pipeline.extract.parts.playlist_walk import Walk
from spotify_pipeline.extract.plan import (
    Planned,
    PlannedCatalogItem,
    PlannedPlaylist,
    PlannedPlays,
    PurgedPlaylist,
)
from spotify_pipeline.extract.spotify.client import PAGE, SpotifyClient
from spotify_pipeline.extract.spotify.library import LibraryProgress, read_library
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.statuses import PlaylistStatus

FAULTS = 3
"""Attempts before an unavailable item is marked failed."""

Task = tuple[int, Callable[[], None]]
"""A position in the part, and a task for the item there."""


class PartProgress(msgspec.Struct):
    """The items of a part fetched so far, by their position in the plan's part.

    Saved as a checkpoint if the attempt is interrupted. `faults` counts the attempts in which an
    item was unavailable.
    """

    walks: dict[int, Walk] = {}
    records: dict[int, list[Record]] = {}
    faults: dict[int, int] = {}

    def without(self, ids: Collection[str]) -> "PartProgress":
        """The progress without the walks of these playlists."""
        if not ids:
            return self
        walks = {n: walk for n, walk in self.walks.items() if walk.playlist_id not in ids}
        return PartProgress(walks, self.records, self.faults)


class PartFetcher:
    """Completes the progress of a part. `library_size` is the user's number of playlists.

    Parts share the lock `reading`: one reads pages while others recheck snapshots and are stored.
    """

    def __init__(
        self,
        planned: list[Planned],
        progress: PartProgress,
        spotify: SpotifyClient,
        pool: Executor,
        library_size: int,
        reading: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._playlists: dict[int, PlannedPlaylist] = {}
        self._catalog_items: dict[int, PlannedCatalogItem] = {}
        for position, one in enumerate(planned):
            if isinstance(one, PlannedPlaylist):
                self._playlists[position] = one
            elif not isinstance(one, PlannedPlays | PurgedPlaylist):
                self._catalog_items[position] = one
        self._progress = progress
        self._spotify = spotify
        self._pool = pool
        self._library_size = library_size
        self._reading = reading or nullcontext()
        self._unavailable: dict[int, str] = {}

    def run(self) -> str | None:
        """Fetch all missing items. Return the reason if unavailable ones remain to be retried."""
        with self._reading:
            self._fetch_catalog_items()
        for position, playlist in self._playlists.items():
            if position not in self._progress.walks:
                self._progress.walks[position] = Walk.of(playlist)
        while self._open_walks():
            with self._reading:
                self._read_pages()
            self._recheck_snapshots()
        return self._count_faults()

    def _open_walks(self) -> dict[int, Walk]:
        walks = self._progress.walks.items()
        return {n: walk for n, walk in walks if not walk.status and n not in self._unavailable}

    def _fetch_catalog_items(self) -> None:
        missing = [n for n in self._catalog_items if n not in self._progress.records]
        self._run_all((n, partial(self._fetch_catalog_item, n)) for n in missing)

    def _fetch_catalog_item(self, position: int) -> None:
        planned = self._catalog_items[position]
        self._progress.records[position] = fetch_records(planned, self._spotify)

    def _read_pages(self) -> None:
        """Request all playlists with their first pages, then the pages of longer ones."""
        self._run_all(
            (position, partial(walk.open, self._spotify))
            for position, walk in self._open_walks().items()
            if not walk.is_open
        )
        while tasks := [
            (position, partial(walk.read, offset, self._spotify))
            for position, walk in self._open_walks().items()
            for offset in walk.missing()
        ]:
            self._run_all(tasks)

    def _recheck_snapshots(self) -> None:
        """Recheck all open walks, through the library if that takes fewer requests."""
        walks = self._open_walks()
        listed = [walk for walk in walks.values() if walk.is_listed]
        found: dict[str, Response] = {}
        if len(listed) > ceil(self._library_size / PAGE):
            found = self._list_library()
        for walk in listed:
            if walk.playlist_id in found:
                walk.settle(found[walk.playlist_id])
        self._run_all(
            (position, partial(walk.recheck, self._spotify))
            for position, walk in walks.items()
            if not (walk.is_listed and walk.playlist_id in found)
        )

    def _list_library(self) -> dict[str, Response]:
        progress = LibraryProgress(Pages(self._library_size))
        return read_library(self._spotify, self._pool, progress).playlists

    def _run_all(self, tasks: Iterable[Task]) -> None:
        run_all(self._pool, [partial(self._run, position, task) for position, task in tasks])

    def _run(self, position: int, task: Callable[[], None]) -> None:
        """Run a task unless its item is unavailable; note if it becomes so."""
        if position in self._unavailable:
            return
        try:
            task()
        except UnavailableError as error:
            self._unavailable[position] = str(error)

    def _count_faults(self) -> str | None:
        """Mark items failed in their last attempt; return the reason of one with more left."""
        remaining = None
        faults = self._progress.faults
        for position, reason in self._unavailable.items():
            faults[position] = faults.get(position, 0) + 1
            if faults[position] < FAULTS:
                remaining = reason
            else:
                self._mark_failed(position, reason)
        return remaining

    def _mark_failed(self, position: int, reason: str) -> None:
        if position in self._playlists:
            self._progress.walks[position].end(PlaylistStatus.FAILED, reason)
            return
        planned = self._catalog_items[position]
        records = placeholder_records(planned, PlaylistStatus.FAILED, reason)
        self._progress.records[position] = records
