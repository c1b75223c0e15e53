"""State of the fake Spotify: world, day, settings and request log."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from itertools import count

from flask import abort

from fake_spotify.access import Access
from fake_spotify.faults import Faults
from fake_spotify.quota import Quota
from fake_spotify.rate_window import RateWindow
from fake_spotify.regime import Regime
from fake_spotify.responses import Responses
from fake_spotify.routes.call_kinds import CallKind, kind_of
from fake_spotify.tokens import CLIENT_ID, CLIENT_SECRET, Tokens
from fake_spotify.worlds.listening import Listening
from fake_spotify.worlds.world import Playlist, World, make_snapshot_id


class FakeSpotify:
    """A world with a day, under a regime.

    Tests may set `day`, `faults`, `quota`, `rate_window`, `token_seconds` (lifetime of access
    tokens), `rotates` (each refresh replaces the refresh token) and `clock`, the time in seconds
    of quota, rate window and tokens, by default since the epoch. It must not go back.

    `app` is the registered app: its client id and secret.

    Tests may read `requests` and `token_requests`, which count all calls to the Web API and to the
    token endpoint, and `log`, the path and query of each Web API call.
    """

    def __init__(
        self,
        world: World,
        regime: Regime = Regime.NEW_DEV,
        app: tuple[str, str] = (CLIENT_ID, CLIENT_SECRET),
    ) -> None:
        self.world = world
        self.regime = regime
        self.app = app
        self.day = world.days[0]
        self.faults = Faults()
        self.quota: Quota | None = None
        self.rate_window: RateWindow | None = None
        self.clock: Callable[[], float] = time.time
        self.advanced_seconds = 0.0
        self.tokens = Tokens(self.now)
        self.token_seconds = 3600
        self.rotates = False
        self.requests = 0
        self.token_requests = 0
        self.log: list[str] = []
        self.responses = cache(partial(Responses, regime))
        self._counting = threading.Lock()
        self._moved: dict[tuple[str, str], str] = {}
        self._moves = count(1)
        self._listening = Listening(world)

    def now(self) -> float:
        """The clock's time, plus what it was advanced by."""
        return self.clock() + self.advanced_seconds

    def advance(self, seconds: float) -> None:
        with self._counting:
            self.advanced_seconds += seconds

    def count_request(self, path: str) -> None:
        with self._counting:
            self.requests += 1
            self.log.append(path)

    def count_token_request(self) -> None:
        with self._counting:
            self.token_requests += 1

    def calls_by_kind(self) -> Counter[CallKind]:
        """Web API calls so far, refused ones included."""
        with self._counting:
            return Counter(map(kind_of, self.log))

    @property
    def listening(self) -> Listening:
        """What the user of the present world plays."""
        if self._listening.world is not self.world:
            self._listening = Listening(self.world)
        return self._listening

    def library(self, access: Access) -> list[Playlist]:
        """Visible playlists that the token's user owns or follows."""
        return [playlist for playlist in self.world.library(self.day) if access.can_see(playlist)]

    def find(self, playlist_id: str, access: Access) -> Playlist:
        """A visible playlist. Aborts with 404."""
        found = self.world.playlist(playlist_id, self.day)
        if found is None or not access.can_see(found):
            abort(404, "Resource not found")
        return self.as_moved(found)

    def move(self, playlist_id: str) -> None:
        """Give a playlist a new snapshot ID but the same contents, until its next change."""
        if found := self.world.playlist(playlist_id, self.day):
            key = (playlist_id, found.snapshot_id)
            self._moved[key] = make_snapshot_id(*key, next(self._moves))

    def as_moved(self, playlist: Playlist) -> Playlist:
        """The playlist with the snapshot ID of its last `move`, if any."""
        moved = self._moved.get((playlist.id, playlist.snapshot_id))
        return replace(playlist, snapshot_id=moved) if moved else playlist
