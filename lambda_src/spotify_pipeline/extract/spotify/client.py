"""The Spotify Web API: spotipy's methods on our request method, which returns raw responses."""

# spotipy has no types: its methods return Any, here always a Response.
# mypy: disable-error-code="no-any-return"

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import requests
import spotipy
import stamina

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import (
    InterruptionError,
    OutageError,
    QuotaExceededError,
    RateLimitedError,
    RunRefusedError,
    StaleTokenError,
    ThrottledError,
    UnavailableError,
)
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.extract.spotify.error_responses import error_for
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.spotify.refusals import checked_id
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.extract.spotify.retries import RETRIES
from spotify_pipeline.extract.spotify.retry_after import pause_after
from spotify_pipeline.extract.spotify.transport import open_session
from spotify_pipeline.extract.state.budget import CallBudget
from spotify_pipeline.raw import Request

PAGE = 50
"""Largest page of /me/playlists, /playlists/{id}/items, /albums/{id}/tracks and of plays."""

BATCHES = {"artists": 50, "albums": 20, "tracks": 50}
"""Largest batch of /artists?ids=, /albums?ids= and /tracks?ids=."""

LARGE_PAGE = 100
"""Largest page of /playlists/{id}/tracks, and of the entries in /playlists/{id}."""

_SNAPSHOT_FIELDS = "id,snapshot_id,items(total),tracks(total)"
_TYPES = ("track", "episode")
_DEFAULT_TYPES = "track"
"""Value of `additional_types` that spotipy sends by default; raw records leave it out."""

_TIMEOUT_SECONDS = 10

_OUTAGE_ITEMS = 5
"""Items unavailable in succession that count as an outage; the pages of one count once."""


class SpotifyClient(spotipy.Spotify):  # type: ignore[misc]
    """The requests of a run, from any thread, at most `concurrency` at the same time.

    `calls` counts the requests sent; each is taken from the `budget`. Methods raise RefusedError
    for an item that Spotify refuses, UnavailableError after the last retry, and the errors that end
    the attempt.
    """

    def __init__(
        self,
        auth: Auth,
        api_url: str,
        rate_limiter: RateLimiter,
        concurrency: int,
        budget: CallBudget,
    ) -> None:
        super().__init__(
            requests_session=_new_session(api_url, concurrency), requests_timeout=_TIMEOUT_SECONDS
        )
        self.prefix = api_url
        self.auth = auth
        self.calls = 0
        self._unavailable: set[str] = set()
        self._lock = threading.Lock()
        self._connections = threading.Semaphore(concurrency)
        self._rate_limiter = rate_limiter
        self.budget = budget

    def my_playlists(self, offset: int) -> Response:
        """One page of the playlists that the token's user owns or follows."""
        return self.current_user_playlists(PAGE, offset)

    @property
    def has_user(self) -> bool:
        """True if the token is a user's, not the app's own."""
        return bool(self.auth.credentials.refresh_token)

    def playlist(self, playlist_id: str) -> Response:
        """A playlist's metadata with its first page of entries, podcast episodes included."""
        return super().playlist(checked_id(playlist_id), additional_types=_TYPES)

    def snapshot(self, playlist_id: str) -> Response:
        """A playlist's metadata without its entries."""
        return super().playlist(checked_id(playlist_id), _SNAPSHOT_FIELDS)

    def playlist_items(self, playlist_id: str, offset: int) -> Response:
        """One page of a playlist's entries, podcast episodes included."""
        return super().playlist_items(
            checked_id(playlist_id), limit=PAGE, offset=offset, additional_types=_TYPES
        )

    def playlist_tracks(self, playlist_id: str, offset: int) -> Response:
        """As `playlist_items`, in larger pages, from an endpoint that newer apps lack."""
        return self._get(
            f"playlists/{checked_id(playlist_id)}/tracks",
            limit=LARGE_PAGE,
            offset=offset,
            additional_types=",".join(_TYPES),
        )

    def recently_played(self) -> Response:
        """The newest plays of the token's user.

        Without a cursor: late plays arrive out of order, and one after the newest play would miss
        them.
        """
        return self.current_user_recently_played(PAGE)

    def artist(self, artist_id: str) -> Response:
        return super().artist(checked_id(artist_id))

    def album(self, album_id: str) -> Response:
        """An album with the first page of its tracks."""
        return super().album(checked_id(album_id))

    def album_tracks(self, album_id: str, offset: int) -> Response:
        """One page of an album's tracks, each without album, ISRC and popularity."""
        return super().album_tracks(checked_id(album_id), PAGE, offset)

    def track(self, track_id: str) -> Response:
        return super().track(checked_id(track_id))

    def artists(self, ids: Sequence[str]) -> Response:
        """Artists in one response, null in place of an unknown one."""
        return super().artists([checked_id(one) for one in ids])

    def albums(self, ids: Sequence[str]) -> Response:
        """Albums in one response, null in place of an unknown one."""
        return super().albums([checked_id(one) for one in ids])

    def tracks(self, ids: Sequence[str]) -> Response:
        """Tracks in one response, null in place of an unknown one."""
        return super().tracks([checked_id(one) for one in ids])

    def pause(self, seconds: float) -> None:
        """Pause all requests before one that is repeated for a better response."""
        if seconds:
            self._rate_limiter.pause(seconds)

    def stop(self, error: Exception) -> None:
        """Send no further request: each raises the error."""
        self._rate_limiter.end(error)

    def _internal_call(
        self, method: str, url: str, payload: object, params: Mapping[str, Any]
    ) -> Response:
        """Override spotipy's request method: every method above ends here.

        An error that ends the attempt also stops the requests of all other threads.
        """
        request = _recorded_request(url, params)
        try:
            response = self._send_with_retries(request, method, url, params)
        except (InterruptionError, RunRefusedError) as error:
            self.stop(error)
            raise
        except UnavailableError as error:
            self._note_fault(request, error)
            raise
        self._unavailable.clear()
        return response

    @stamina.retry(**RETRIES)
    def _send_with_retries(
        self, request: Request, method: str, url: str, params: Mapping[str, Any]
    ) -> Response:
        """Retry after a fault, after a pause that Spotify requests, and with a new token."""
        is_renewed, throttles = False, 0
        while True:
            self._rate_limiter.turn()
            token = self.auth.get_access_token()
            try:
                return self._send(request, method, url, params, token)
            except ThrottledError as throttled:
                throttles += 1
                pause = pause_after(throttled.seconds, throttles)
                if not self._rate_limiter.hold(pause):
                    raise RateLimitedError(str(throttled), pause) from throttled
            except StaleTokenError as stale:
                if is_renewed:
                    raise _renewed_token_error(stale) from stale
                is_renewed = True
                self.auth.expire(token)

    def _send(
        self, request: Request, method: str, url: str, params: Mapping[str, Any], token: str
    ) -> Response:
        self.budget.take()
        with self._lock:
            self.calls += 1
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            with self._connections:
                response = self._session.request(
                    method,
                    self.prefix + url,
                    params=params,
                    headers=headers,
                    timeout=self.requests_timeout,
                )
        except UnavailableError as error:
            raise UnavailableError(f"{request.path}: {error}") from error
        except requests.RequestException as error:
            raise UnavailableError(f"{request.path}: {type(error).__name__}") from error
        if response.status_code >= requests.codes.bad_request:
            failure = error_for(request.path, response)
            self._block(failure)
            raise failure
        return Response.of(request, response.content)

    def _block(self, error: Exception) -> None:
        """Block all schedules until the time that Spotify names for an exhausted quota."""
        if isinstance(error, QuotaExceededError) and error.pause:
            self.budget.block(clock.utc_now() + timedelta(seconds=error.pause))

    def _note_fault(self, request: Request, error: UnavailableError) -> None:
        """Raises OutageError if several items in succession were unavailable."""
        self._unavailable.add(_item_of(request))
        if len(self._unavailable) >= _OUTAGE_ITEMS:
            outage = OutageError(f"Spotify is not available: {error}")
            self.stop(outage)
            raise outage from error


def _new_session(api_url: str, concurrency: int) -> requests.Session:
    """A session without retries of its own.

    spotipy's own session would sleep through any Retry-After.
    """
    session = open_session(concurrency)
    # Read the proxies and certificates of the environment once, not for each request.
    settings = session.merge_environment_settings(api_url, {}, None, None, None)
    session.proxies, session.verify = settings["proxies"], settings["verify"]
    session.trust_env = False
    return session


def _recorded_request(url: str, params: Mapping[str, Any]) -> Request:
    """The request as raw records hold it: without unset parameters and a trailing slash.

    spotipy puts the `ids` of a batch in the path.
    """
    path, _, query = url.partition("?")
    sent = {name: value for name, value in params.items() if value not in (None, _DEFAULT_TYPES)}
    return Request(path.rstrip("/"), {**dict(parse_qsl(query)), **sent})


def _item_of(request: Request) -> str:
    """The requested item: a playlist, album, artist or track, a batch, or a page of the library."""
    kind, _, rest = request.path.partition("/")
    if kind == "me" or not rest:
        return f"{request.path} {request.params}"
    return f"{kind}/{rest.partition('/')[0]}"


def _renewed_token_error(stale: StaleTokenError) -> Exception:
    """The error for a rejected new token: a fault of Spotify's if it says that it expired."""
    return UnavailableError(stale.reason) if "expired" in stale.reason else stale
