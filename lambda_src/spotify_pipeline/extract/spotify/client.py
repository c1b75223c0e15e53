"""The Spotify Web API: spotipy on a session of our own, answers as received, errors by meaning."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import requests
import spotipy
import stamina

from spotify_pipeline.extract.errors import (
    InterruptionError,
    OutageError,
    QuotaExceededError,
    RateLimitedError,
)
from spotify_pipeline.extract.spotify.auth import Grant
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.spotify.refusals import RunRefusedError, StaleTokenError, refusal
from spotify_pipeline.extract.spotify.response import Response, UnavailableError
from spotify_pipeline.extract.spotify.retries import RETRIES
from spotify_pipeline.extract.spotify.transport import open_session
from spotify_pipeline.raw import Request

PAGE = 50
"""Largest page of /me/playlists, /playlists/{id}/items and /albums/{id}/tracks."""

BATCHES = {"artists": 50, "albums": 20}
"""Largest batch of /artists?ids= and /albums?ids=."""

_LISTED_FIELDS = (
    "id,name,description,public,collaborative,snapshot_id,"
    "owner(id,display_name),items(total),tracks(total)"
)
_PLAYLIST_FIELDS = f"{_LISTED_FIELDS},followers(total)"
_TIMEOUT_SECONDS = 10
_UNTOLD_PAUSE_SECONDS = 60
"""How long a rate limit is taken to last that does not say so."""

_OUTAGE_FAULTS = 5
"""So many unavailable things in a row are an outage."""


class UnexpectedError(Exception):
    """A status that means a fault of this program or its configuration, such as 400."""


class Spotify:
    """The calls that a run makes, from any of its threads, up to `concurrency` of them at once.

    `calls` counts requests sent.
    """

    def __init__(
        self, grant: Grant, api_url: str, rate_limiter: RateLimiter, concurrency: int
    ) -> None:
        self.calls = 0
        self._faults = 0
        self._lock = threading.Lock()
        self._at_once = threading.Semaphore(concurrency)
        self._grant = grant
        self._pace = rate_limiter
        self._received = threading.local()
        self._client = spotipy.Spotify(
            auth_manager=grant,
            requests_session=self._session(api_url, concurrency),
            requests_timeout=_TIMEOUT_SECONDS,
        )
        self._client.prefix = api_url

    def my_playlists(self, offset: int) -> Response:
        """One page of the playlists that the token's user owns or follows."""
        params = {"limit": PAGE, "offset": offset}
        return self._ask(
            "me/playlists", params, lambda: self._client.current_user_playlists(**params)
        )

    def playlist(self, playlist_id: str, *, as_listed: bool = False) -> Response:
        """A playlist's metadata, without its entries; or of that what the user's library tells."""
        params = {"fields": _LISTED_FIELDS if as_listed else _PLAYLIST_FIELDS}
        return self._ask(
            f"playlists/{playlist_id}", params, lambda: self._client.playlist(playlist_id, **params)
        )

    def playlist_items(self, playlist_id: str, offset: int) -> Response:
        """One page of a playlist's entries, podcast episodes included."""
        params = {"limit": PAGE, "offset": offset, "additional_types": "track,episode"}
        return self._ask(
            f"playlists/{playlist_id}/items",
            params,
            lambda: self._client.playlist_items(
                playlist_id, limit=PAGE, offset=offset, additional_types=("track", "episode")
            ),
        )

    def artist(self, artist_id: str) -> Response:
        return self._ask(f"artists/{artist_id}", {}, lambda: self._client.artist(artist_id))

    def album(self, album_id: str) -> Response:
        """An album with the first page of its tracks."""
        return self._ask(f"albums/{album_id}", {}, lambda: self._client.album(album_id))

    def album_tracks(self, album_id: str, offset: int) -> Response:
        """One page of an album's tracks, each without album, ISRC and popularity."""
        params = {"limit": PAGE, "offset": offset}
        return self._ask(
            f"albums/{album_id}/tracks",
            params,
            lambda: self._client.album_tracks(album_id, **params),
        )

    def artists(self, ids: Sequence[str]) -> Response:
        """Artists in one answer; null in the place of an unknown one."""
        params = {"ids": ",".join(ids)}
        return self._ask("artists", params, lambda: self._client.artists(ids))

    def albums(self, ids: Sequence[str]) -> Response:
        """Albums in one answer; null in the place of an unknown one."""
        params = {"ids": ",".join(ids)}
        return self._ask("albums", params, lambda: self._client.albums(ids))

    def _ask(self, path: str, params: dict[str, Any], call: Callable[[], Any]) -> Response:
        """Ask; what ends the attempt here ends it for every thread."""
        try:
            response = self._ask_with_retries(Request(path, params), call)
        except (InterruptionError, RunRefusedError) as error:
            self._pace.end(error)
            raise
        except UnavailableError as error:
            self._note_fault(error)
            raise
        self._faults = 0
        return response

    def _ask_with_retries(self, request: Request, call: Callable[[], Any]) -> Response:
        """Ask again after a fault, after a pause that Spotify wants, and with a new token."""
        for attempt in stamina.retry_context(**RETRIES):
            with attempt:
                renewed = False
                while True:
                    self._pace.turn()
                    token = self._grant.get_access_token()
                    try:
                        return self._ask_once(request, call)
                    except _PauseError as pause:
                        if not self._pace.hold(pause.seconds):
                            after = pause.seconds or _UNTOLD_PAUSE_SECONDS
                            raise RateLimitedError(str(pause), after) from pause
                    except StaleTokenError as stale:
                        if renewed:
                            raise _twice(stale) from stale
                        renewed = True
                        self._grant.renew(token)
        raise AssertionError("the last try either answers or raises")

    def _ask_once(self, request: Request, call: Callable[[], Any]) -> Response:
        with self._lock:
            self.calls += 1
        try:
            with self._at_once:
                call()
        except _ErrorResponse as error:
            raise _meaning(request.path, error.response) from error
        except UnavailableError as error:
            raise UnavailableError(f"{request.path}: {error}") from error
        except requests.RequestException as error:
            raise UnavailableError(f"{request.path}: {type(error).__name__}") from error
        return Response.of(request, self._received.text)

    def _note_fault(self, error: UnavailableError) -> None:
        self._faults += 1
        if self._faults >= _OUTAGE_FAULTS:
            outage = OutageError(f"Spotify is not available: {error}")
            self._pace.end(outage)
            raise outage from error

    def _session(self, api_url: str, concurrency: int) -> requests.Session:
        """A session that gives every error back at once, header and body included.

        spotipy mounts no retries of its own on a session that it is handed; its own would sleep
        out any Retry-After, and fail on an error that is a string.
        """
        session = open_session(concurrency)
        # What the environment says of proxies and certificates, read once and not each time.
        settings = session.merge_environment_settings(api_url, {}, None, None, None)
        session.proxies, session.verify = settings["proxies"], settings["verify"]
        session.trust_env = False
        session.hooks["response"].append(self._receive)
        return session

    def _receive(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """Keep an answer as it came, for the thread that asked, and spare spotipy decoding it."""
        self._received.text = response.content
        if response.status_code >= requests.codes.bad_request:
            raise _ErrorResponse(response)
        response.json = lambda **_: None  # type: ignore[method-assign]


class _ErrorResponse(Exception):  # noqa: N818 - it becomes one of the errors by meaning
    def __init__(self, response: requests.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class _PauseError(Exception):
    def __init__(self, seconds: int | None) -> None:
        super().__init__("429 rate limited")
        self.seconds = seconds


class _Error(msgspec.Struct):
    message: str = ""
    reason: str = ""


class _ErrorBody(msgspec.Struct):
    """Most errors are objects; some are a string."""

    error: _Error | str = ""

    @classmethod
    def of(cls, response: requests.Response) -> _Error:
        try:
            error = msgspec.json.decode(response.content, type=cls).error
        except msgspec.MsgspecError:
            return _Error(str(response.reason))
        return _Error(error) if isinstance(error, str) else error


def _meaning(path: str, response: requests.Response) -> Exception:
    code, error = response.status_code, _ErrorBody.of(response)
    if code == requests.codes.too_many_requests:
        if error.reason == "QUOTA_EXCEEDED":
            return QuotaExceededError()
        after = response.headers.get("Retry-After", "")
        return _PauseError(int(after) if after.isdecimal() else None)
    if code in (401, 403, 404):
        return refusal(path, code, error.message)
    if code >= requests.codes.server_error:
        return UnavailableError(f"{path}: {code} {error.message}")
    return UnexpectedError(f"{path}: {code} {error.message}")


def _twice(stale: StaleTokenError) -> Exception:
    """A new token that is not taken: another fault of Spotify's, if it says that it expired."""
    return UnavailableError(stale.reason) if "expired" in stale.reason else stale
