"""The work on one part: what is there of it, and fetching the rest, many requests at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from math import ceil
from typing import Any

import msgspec

from spotify_pipeline.extract.concurrency import run_all
from spotify_pipeline.extract.parts.catalog_items import Record, placeholder_records, records
from spotify_pipeline.extract.parts.playlist_walk import Walk
from spotify_pipeline.extract.plan import Planned, PlannedPlaylist
from spotify_pipeline.extract.spotify.client import PAGE, Spotify
from spotify_pipeline.extract.spotify.library import read_library
from spotify_pipeline.extract.spotify.response import UnavailableError

FAULTS = 3
"""In so many attempts a thing may be unavailable before it is given up for the run."""

Task = tuple[int, Callable[[], None]]
"""What is to be done, and the place in the part of what it is done for."""


class PartProgress(msgspec.Struct):
    """What is there of a part, each by its place in the plan's part.

    Kept, when an attempt is interrupted, for the next one to go on with. `faults` counts the
    attempts in which something was unavailable.
    """

    walks: dict[int, Walk] = {}
    records: dict[int, list[Record]] = {}
    faults: dict[int, int] = {}


class PartFetcher:
    """Brings the work on a part to its end. `listed` is how many playlists the library holds.

    Of several parts one reads at a time, that which holds `reading`; others look at snapshots
    again meanwhile, and are stored.
    """

    def __init__(
        self,
        planned: list[Planned],
        work: PartProgress,
        spotify: Spotify,
        pool: Executor,
        listed: int,
        reading: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._planned = planned
        self._work = work
        self._spotify = spotify
        self._pool = pool
        self._listed = listed
        self._reading = reading or nullcontext()
        self._unavailable: dict[int, str] = {}

    def run(self) -> str | None:
        """Fetch what is missing. Why the part is not whole yet, if something was unavailable."""
        with self._reading:
            self._fetch_records()
        for place, planned in enumerate(self._planned):
            if isinstance(planned, PlannedPlaylist) and place not in self._work.walks:
                self._work.walks[place] = Walk.of(planned)
        while self._walks():
            with self._reading:
                self._read_pages()
            self._settle()
        return self._conclude()

    def _walks(self) -> dict[int, Walk]:
        """Those under way."""
        walks = self._work.walks.items()
        return {n: walk for n, walk in walks if not walk.status and n not in self._unavailable}

    def _fetch_records(self) -> None:
        def fetch(place: int) -> None:
            planned = self._planned[place]
            assert not isinstance(planned, PlannedPlaylist)
            self._work.records[place] = records(planned, self._spotify)

        self._do(
            (place, partial(fetch, place))
            for place, planned in enumerate(self._planned)
            if not isinstance(planned, PlannedPlaylist) and place not in self._work.records
        )

    def _read_pages(self) -> None:
        while tasks := [
            (place, partial(walk.read, offset, self._spotify))
            for place, walk in self._walks().items()
            for offset in walk.missing()
        ]:
            self._do(tasks)

    def _settle(self) -> None:
        """Look at each snapshot again: through the library if that takes fewer requests."""
        walks = self._walks()
        listed = [walk for walk in walks.values() if walk.is_listed]
        found = {}
        if len(listed) > ceil(self._listed / PAGE):
            try:
                found = read_library(self._spotify, self._pool, self._listed)
            except UnavailableError as error:
                self._unavailable |= dict.fromkeys(walks, str(error))
                return
        for walk in listed:
            if walk.playlist_id in found:
                walk.settle(found[walk.playlist_id])
        self._do(
            (place, partial(walk.look_again, self._spotify))
            for place, walk in walks.items()
            if not (walk.is_listed and walk.playlist_id in found)
        )

    def _do(self, tasks: Iterable[Task]) -> None:
        def do(place: int, task: Callable[[], None]) -> None:
            if place in self._unavailable:
                return
            try:
                task()
            except UnavailableError as error:
                self._unavailable[place] = str(error)

        run_all(self._pool, [partial(do, place, task) for place, task in tasks])

    def _conclude(self) -> str | None:
        left = None
        for place, reason in self._unavailable.items():
            self._work.faults[place] = self._work.faults.get(place, 0) + 1
            if self._work.faults[place] < FAULTS:
                left = reason
            elif place in self._work.walks:
                self._work.walks[place].end("failed", reason)
            else:
                planned = self._planned[place]
                assert not isinstance(planned, PlannedPlaylist)
                self._work.records[place] = placeholder_records(planned, "failed", reason)
        return left
