"""The data of the fake Spotify: playlists by day, and their tracks."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

ME = "analyst"
"""The user who authorised the app; owns the playlists that are fully readable."""

SPOTIFY = "spotify"
"""The owner of editorial playlists."""

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_LENGTH = 22


@dataclass(frozen=True)
class Artist:
    id: str
    name: str
    followers: int | None = None
    popularity: int | None = None
    genres: tuple[str, ...] = ()


@dataclass(frozen=True)
class Album:
    id: str
    name: str
    artists: tuple[Artist, ...]
    type: str = "album"
    release_date: str | None = None
    release_precision: str | None = None
    total_tracks: int = 1
    label: str | None = None
    popularity: int | None = None
    upc: str | None = None


@dataclass(frozen=True)
class Track:
    id: str
    name: str
    artists: tuple[Artist, ...]
    album: Album
    duration_ms: int
    explicit: bool = False
    isrc: str | None = None
    track_number: int = 1
    popularity: int | None = None
    linked_from: str | None = None

    @property
    def uri(self) -> str:
        return f"spotify:track:{self.id}"


@dataclass(frozen=True)
class LocalFile:
    """A file on the user's disk: without IDs; parts of the URI may be empty."""

    artist: str
    album: str
    title: str
    seconds: int

    id = None

    @property
    def uri(self) -> str:
        parts = (self.artist, self.album, self.title)
        return ":".join(["spotify:local", *(p.replace(" ", "+") for p in parts), str(self.seconds)])


@dataclass(frozen=True)
class Episode:
    id: str
    name: str
    show_id: str
    show_name: str
    duration_ms: int
    release_date: str
    languages: tuple[str, ...] = ("en",)

    @property
    def uri(self) -> str:
        return f"spotify:episode:{self.id}"


@dataclass(frozen=True)
class Chapter:
    """A chapter of an audiobook: only in plays."""

    id: str
    name: str
    book_id: str
    book_name: str
    author: str
    duration_ms: int


Item = Track | LocalFile | Episode


@dataclass(frozen=True)
class Entry:
    """An entry of a playlist; `item` is None if Spotify no longer has it."""

    item: Item | None
    added_at: str | None = None
    added_by: str | None = ME


@dataclass(frozen=True)
class Playlist:
    id: str
    name: str
    description: str
    snapshot_id: str
    entries: tuple[Entry, ...]
    owner: str = ME
    public: bool = True
    collaborative: bool = False
    followers: int = 0


@dataclass(frozen=True)
class World:
    """Playlists by day, and the tracks that the catalog endpoints serve.

    `listed` holds the user's library by day; `unlisted` playlists never change.
    """

    days: tuple[date, ...]
    listed: dict[date, tuple[Playlist, ...]] = field(repr=False)
    unlisted: tuple[Playlist, ...] = ()
    catalog_tracks: tuple[Track, ...] = field(default=(), repr=False)
    _by_id: dict[date, dict[str, Playlist]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def library(self, day: date) -> tuple[Playlist, ...]:
        """Playlists that the user owns or follows on a day; later days look like the last one."""
        known = [d for d in self.days if d <= day]
        return self.listed[known[-1]] if known else ()

    def playlist(self, playlist_id: str, day: date) -> Playlist | None:
        if day not in self._by_id:
            self._by_id[day] = {playlist.id: playlist for playlist in self.playlists(day)}
        return self._by_id[day].get(playlist_id)

    def playlists(self, day: date) -> tuple[Playlist, ...]:
        return self.library(day) + self.unlisted

    @cached_property
    def tracks(self) -> dict[str, Track]:
        return {track.id: track for track in self.catalog_tracks}

    @cached_property
    def albums(self) -> dict[str, list[Track]]:
        """The tracks of each album, in order."""
        albums: dict[str, list[Track]] = {}
        for track in sorted(self.catalog_tracks, key=lambda track: track.track_number):
            albums.setdefault(track.album.id, []).append(track)
        return albums

    @cached_property
    def artists(self) -> dict[str, Artist]:
        return {artist.id: artist for track in self.catalog_tracks for artist in track.artists}


def make_id(*names: object) -> str:
    """A 22-character base-62 ID derived from `names`."""
    number = int.from_bytes(hashlib.sha256(repr(names).encode()).digest(), "big")
    digits = []
    for _ in range(_ID_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(digits)


def make_snapshot_id(*names: object) -> str:
    """An opaque version like Spotify's, containing `+`, `/` and `=`."""
    return base64.b64encode(
        b"\xfb\xef\xff" + hashlib.sha256(repr(names).encode()).digest()[:20]
    ).decode()
