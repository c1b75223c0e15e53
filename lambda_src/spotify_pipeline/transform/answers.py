"""Spotify's answers as far as the tables need them, in every spelling, typed strictly.

A field that an answer lacks is None. Shapes: https://developer.spotify.com/documentation/web-api
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

Int = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
BigInt = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Moment = Annotated[datetime, Meta(tz=True)]


class Named(Struct):
    """An artist or a show in the place where another object names it."""

    id: str | None = None
    name: str | None = None


class User(Struct):
    id: str | None = None
    display_name: str | None = None


class ExternalIds(Struct):
    isrc: str | None = None
    upc: str | None = None


class Album(Struct):
    """An album, or the show that poses as one where an episode poses as a track."""

    id: str | None = None
    type: str | None = None
    name: str | None = None
    album_type: str | None = None
    release_date: str | None = None
    release_date_precision: str | None = None
    total_tracks: Int | None = None
    label: str | None = None
    popularity: Int | None = None
    external_ids: ExternalIds | None = None
    artists: list[Named] | None = None


class Link(Struct):
    """The track that the playlist holds, where another one is played in its place."""

    id: str | None = None
    uri: str | None = None


class Item(Struct):
    """A track, a local file or an episode, told apart by `type` and `is_local`."""

    type: str | None = None
    id: str | None = None
    uri: str | None = None
    name: str | None = None
    is_local: bool | None = None
    duration_ms: Int | None = None
    explicit: bool | None = None
    # of tracks
    album: Album | None = None
    artists: list[Named] | None = None
    external_ids: ExternalIds | None = None
    popularity: Int | None = None
    disc_number: Int | None = None
    track_number: Int | None = None
    is_playable: bool | None = None
    linked_from: Link | None = None
    # of episodes
    show: Named | None = None
    release_date: str | None = None
    release_date_precision: str | None = None
    languages: list[str] | None = None


class Entry(Struct):
    """One entry of a playlist. `item` is the newer name of `track`; both may be there."""

    added_at: Moment | None = None
    added_by: User | None = None
    is_local: bool | None = None
    item: Item | UnsetType | None = UNSET
    track: Item | UnsetType | None = UNSET

    def content(self) -> Item | None:
        """What the entry holds; None where Spotify says so. ValueError if neither name is there."""
        content = self.track if self.item is UNSET else self.item
        if content is UNSET:
            raise ValueError("the entry has neither `item` nor `track`")
        return content


class _Stranger(Struct):
    type: str
    id: str | None = None
    uri: str | None = None


class Stranger(Struct):
    """An entry of a type that Spotify may invent: only what every item has is read."""

    added_at: Moment | None = None
    added_by: User | None = None
    item: _Stranger | UnsetType = UNSET
    track: _Stranger | UnsetType = UNSET

    def as_entry(self) -> Entry:
        """ValueError if the type is known, so that the entry should have been readable whole."""
        found = self.track if self.item is UNSET else self.item
        if found is UNSET or found.type in ("track", "episode"):
            raise ValueError("not an entry of an unknown type")
        item = Item(type=found.type, id=found.id, uri=found.uri)
        return Entry(added_at=self.added_at, added_by=self.added_by, item=item)


class EntryPage(Struct):
    """A page of entries, each still as raw text, so that one bad entry does not sink the rest."""

    items: list[msgspec.Raw]
    total: Int | None = None


class Contents(Struct):
    total: Int | None = None


class Followers(Struct):
    total: BigInt | None = None


class Artist(Struct):
    """An artist's own answer."""

    id: str
    name: str | None = None
    followers: Followers | None = None
    popularity: Int | None = None
    genres: list[str] | None = None


class TrackPage(Struct):
    """A page of an album's tracks, each still as raw text."""

    items: list[msgspec.Raw]


class WholeAlbum(Album):
    """An album's own answer, with the first page of its tracks."""

    tracks: TrackPage | None = None


class Batch(Struct):
    """Several artists or albums, null in the place of an unknown one; or a single one's answer."""

    artists: list[msgspec.Raw] | UnsetType = UNSET
    albums: list[msgspec.Raw] | UnsetType = UNSET


class Playlist(Struct):
    """A playlist's metadata. `items` is the newer name of `tracks`."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    owner: User | None = None
    public: bool | None = None
    collaborative: bool | None = None
    snapshot_id: str | None = None
    followers: Followers | None = None
    items: Contents | None = None
    tracks: Contents | None = None

    @property
    def total(self) -> int | None:
        contents = self.items or self.tracks
        return contents.total if contents else None


class Run(Struct, kw_only=True):
    """The run record, written by the extract function."""

    run_id: str
    attempt: Int
    schedule: str
    status: str
    reason: str | None = None
    regime: str | None = None
    started_at: Moment
    finished_at: Moment | None = None
    resume_at: Moment | None = None
    api_calls: Int
    throttled_seconds: Int
    playlists_seen: Int
    playlists_walked: Int
    playlists_refused: Int
    entries: BigInt
    parts: Int
