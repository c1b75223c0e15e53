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
    id: str | None = None
    name: str | None = None
    album_type: str | None = None
    release_date: str | None = None
    release_date_precision: str | None = None
    total_tracks: Int | None = None
    label: str | None = None
    popularity: Int | None = None
    external_ids: ExternalIds | None = None
    artists: list[Named] | None = None


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


class EntryPage(Struct):
    """A page of entries, each still as raw text, so that one bad entry does not sink the rest."""

    items: list[msgspec.Raw]
    total: Int | None = None


class Followers(Struct):
    total: BigInt | None = None


class Contents(Struct):
    total: Int | None = None


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
