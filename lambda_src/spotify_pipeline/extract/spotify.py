"""The Spotify Web API: spotipy on a session of our own, answers as received, errors by meaning.

Status codes and their meanings: https://developer.spotify.com/documentation/web-api/concepts/api-calls
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import msgspec
import requests
import spotipy
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from spotify_pipeline.extract.grant import Grant
from spotify_pipeline.extract.patience import Patience
from spotify_pipeline.raw import Request

PAGE = 50
"""Largest page of /me/playlists, /playlists/{id}/items and /albums/{id}/tracks."""

_PLAYLIST_FIELDS = (
    "id,name,description,public,collaborative,snapshot_id,"
    "owner(id,display_name),followers(total),items(total),tracks(total)"
)
_REFUSALS = {401: "unauthorized", 403: "forbidden", 404: "missing"}
_QUOTA = "QUOTA_EXCEEDED"
_TIMEOUT_SECONDS = 10

Shape = TypeVar("Shape")


class RefusedError(Exception):
    """Spotify will not give this: `status` is unauthorized, forbidden or missing."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason

    @property
    def is_expired_token(self) -> bool:
        """Whether it is the token's age that was refused, and not what it was asked for."""
        return self.status == "unauthorized" and "token expired" in self.reason


class RateLimitedError(Exception):
    """Spotify asks for a pause of `retry_after` seconds, or gives no time (None).

    The account's quota has no known end: `is_quota`.
    """

    def __init__(self, reason: str, retry_after: int | None, *, is_quota: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.is_quota = is_quota


class UnavailableError(Exception):
    """No usable answer, retries included: a network fault, a 5xx, or 200 without JSON."""


class UnexpectedError(Exception):
    """A status that means a fault of this program or its configuration, such as 400."""


class Answer(msgspec.Struct, frozen=True):
    """What Spotify said, when, and to which request. `body` is JSON text."""

    request: Request
    fetched_at: datetime
    body: msgspec.Raw

    @classmethod
    def nothing(cls, path: str) -> Self:
        """In the place of an answer that Spotify refused: null, as of now."""
        return cls(Request(path), datetime.now(UTC), msgspec.Raw(b"null"))

    def read(self, shape: type[Shape]) -> Shape:
        """The body as `shape`; UnavailableError if it is not so."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except msgspec.MsgspecError as error:
            raise UnavailableError(f"unexpected answer to {self.request.path}: {error}") from error


class Spotify:
    """The calls that a run makes. `calls` counts requests sent, retries included."""

    def __init__(self, grant: Grant, api_url: str, patience: Patience) -> None:
        self.calls = 0
        self._grant = grant
        self._patience = patience
        # Its DEBUG lines hold tokens, and what it calls an error is told by the run itself.
        logging.getLogger("spotipy").setLevel(logging.CRITICAL)
        self._client = spotipy.Spotify(
            auth_manager=grant, requests_session=self._session(), requests_timeout=_TIMEOUT_SECONDS
        )
        self._client.prefix = api_url

    def my_playlists(self, offset: int) -> Answer:
        """One page of the playlists that the token's user owns or follows."""
        params = {"limit": PAGE, "offset": offset}
        return self._ask(
            "me/playlists", params, lambda: self._client.current_user_playlists(**params)
        )

    def playlist(self, playlist_id: str) -> Answer:
        """A playlist's metadata, without its entries."""
        params = {"fields": _PLAYLIST_FIELDS}
        return self._ask(
            f"playlists/{playlist_id}", params, lambda: self._client.playlist(playlist_id, **params)
        )

    def playlist_items(self, playlist_id: str, offset: int) -> Answer:
        """One page of a playlist's entries, podcast episodes included."""
        params = {"limit": PAGE, "offset": offset, "additional_types": "track,episode"}
        return self._ask(
            f"playlists/{playlist_id}/items",
            params,
            lambda: self._client.playlist_items(
                playlist_id, limit=PAGE, offset=offset, additional_types=("track", "episode")
            ),
        )

    def artist(self, artist_id: str) -> Answer:
        return self._ask(f"artists/{artist_id}", {}, lambda: self._client.artist(artist_id))

    def album(self, album_id: str) -> Answer:
        """An album with the first page of its tracks."""
        return self._ask(f"albums/{album_id}", {}, lambda: self._client.album(album_id))

    def album_tracks(self, album_id: str, offset: int) -> Answer:
        """One page of an album's tracks, each without album, ISRC and popularity."""
        params = {"limit": PAGE, "offset": offset}
        return self._ask(
            f"albums/{album_id}/tracks",
            params,
            lambda: self._client.album_tracks(album_id, **params),
        )

    def _ask(self, path: str, params: dict[str, Any], call: Callable[[], Any]) -> Answer:
        """Ask, and ask again after each pause that Spotify wants and there is time for.

        Once it asks again with a new token, if the one it has is no longer taken.
        """
        renewed = False
        while True:
            try:
                return self._ask_once(path, params, call)
            except RateLimitedError as limit:
                if limit.retry_after is None or not self._patience.wait(limit.retry_after):
                    raise
            except RefusedError as refusal:
                if renewed or not refusal.is_expired_token:
                    raise
                renewed = True
                self._grant.renew()

    def _ask_once(self, path: str, params: dict[str, Any], call: Callable[[], Any]) -> Answer:
        try:
            body = call()
        except spotipy.SpotifyException as error:
            raise _meaning(error) from error
        except requests.RequestException as error:
            raise UnavailableError(f"{path}: {type(error).__name__}") from error
        if body is None:
            raise UnavailableError(f"{path}: an answer without JSON")
        return Answer(
            request=Request(path=path, params=params),
            fetched_at=datetime.now(UTC),
            body=msgspec.Raw(_as_json(body)),
        )

    def _session(self) -> requests.Session:
        """A session that retries faults, and gives 429 back at once with its header.

        spotipy mounts no retries of its own on a session that it is handed; its own would
        sleep out any Retry-After.
        """
        retry = Retry(
            total=4,
            connect=3,
            read=2,
            status=3,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods={"GET"},
            backoff_factor=0.5,
            backoff_max=20,
            respect_retry_after_header=False,
            raise_on_status=False,
        )
        session = requests.Session()
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=retry))
        session.hooks["response"].append(self._count)
        return session

    def _count(self, response: requests.Response, *_: Any, **__: Any) -> None:
        retries = response.raw.retries
        self.calls += 1 + (len(retries.history) if retries else 0)


def _as_json(body: Any) -> bytes:
    """JSON text on one line. Half a character, as cut names end with, becomes U+FFFD."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _meaning(error: spotipy.SpotifyException) -> Exception:
    status = error.http_status
    said = f"{status} {error.msg.splitlines()[-1].strip()}"
    if status == requests.codes.too_many_requests:
        if error.reason == _QUOTA:
            return RateLimitedError(f"429 {_QUOTA}", None, is_quota=True)
        after = str(error.headers.get("Retry-After", ""))
        return RateLimitedError("429 rate limited", int(after) if after.isdecimal() else None)
    if status in _REFUSALS:
        return RefusedError(_REFUSALS[status], said)
    if status >= requests.codes.server_error:
        return UnavailableError(said)
    return UnexpectedError(said)
