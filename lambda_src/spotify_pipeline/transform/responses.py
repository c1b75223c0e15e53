"""The fields of Spotify's responses that the tables need, in every regime, and their types.

A missing field is UNSET, and counted, if every response of its kind is documented to have it under
each of Spotify's regimes; otherwise it is None. None of these structs can be part of a cycle, so
the garbage collector need not track them.
Shapes: https://developer.spotify.com/documentation/web-api
"""

from typing import Annotated, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from spotify_pipeline.raw import BigInt, Int, Moment

Offset = Annotated[int, Meta(ge=0, le=10**9)]

_T = TypeVar("_T")
Expected: TypeAlias = _T | UnsetType | None


class Struct(msgspec.Struct, gc=False):
    pass


class Unknown(Struct):
    """An object in place of a number, such as the duration of some local files; stored as null."""


class Named(Struct):
    """An artist or a show within another object."""

    id: Expected[str] = UNSET
    name: Expected[str] = UNSET


class User(Struct):
    id: str | None = None
    display_name: str | None = None


class ExternalIds(Struct):
    isrc: str | None = None
    upc: str | None = None


class Album(Struct):
    """An album, or the show that poses as one where an episode poses as a track."""

    id: Expected[str] = UNSET
    type: str | None = None
    name: Expected[str] = UNSET
    album_type: Expected[str] = UNSET
    release_date: Expected[str] = UNSET
    release_date_precision: Expected[str] = UNSET
    total_tracks: Expected[Int] = UNSET
    label: str | None = None
    popularity: Int | None = None
    external_ids: ExternalIds | None = None
    artists: Expected[list[Named]] = UNSET


class Link(Struct):
    """The track in the playlist, if Spotify relinked it to another one."""

    id: str | None = None
    uri: str | None = None


class Item(Struct):
    """A track, a local file or an episode, distinguished by `type` and `is_local`."""

    type: Expected[str] = UNSET
    id: Expected[str] = UNSET
    uri: Expected[str] = UNSET
    name: Expected[str] = UNSET
    is_local: bool | None = None
    duration_ms: Expected[Int | Unknown] = UNSET
    explicit: Expected[bool] = UNSET
    # of tracks
    album: Expected[Album] = UNSET
    artists: Expected[list[Named]] = UNSET
    external_ids: Expected[ExternalIds] = UNSET
    popularity: Int | None = None
    disc_number: Expected[Int] = UNSET
    track_number: Expected[Int] = UNSET
    is_playable: bool | None = None
    linked_from: Link | None = None
    # of episodes
    show: Expected[Named] = UNSET
    release_date: Expected[str] = UNSET
    release_date_precision: Expected[str] = UNSET
    languages: Expected[list[str]] = UNSET

    @property
    def is_disguised(self) -> bool:
        """True if this track is a disguised episode."""
        if self.album:
            return self.album.type == "show"
        return bool(self.uri) and str(self.uri).startswith("spotify:episode:")

    def as_episode(self) -> "Item":
        """This episode in its own shape; if disguised as a track, its album is the show."""
        if self.type == "episode":
            return self
        show = Named(self.album.id, self.album.name) if self.album else None
        return Item(
            name=self.name,
            duration_ms=self.duration_ms,
            explicit=self.explicit,
            show=show,
            release_date=None,
            release_date_precision=None,
            languages=None,
        )


class Entry(Struct):
    """One entry of a playlist. `item` is the newer name of `track`; both may be there."""

    added_at: Expected[Moment] = UNSET
    added_by: Expected[User] = UNSET
    is_local: bool | None = None
    item: Expected[Item] = UNSET
    track: Expected[Item] = UNSET

    @property
    def content(self) -> Expected[Item]:
        """The item of the entry; None if Spotify sent null, UNSET if neither key is present."""
        return self.track if self.item is UNSET else self.item

    @property
    def is_identified(self) -> bool:
        """True if the item has an id or a URI, or is known to be unavailable."""
        content = self.content
        return content is None or bool(content and (content.id or content.uri))

    def kind_of(self, content: Expected[Item]) -> Expected[str]:
        """`track`, `episode`, `local`, `unavailable`, or the type that Spotify states."""
        if not content:
            return "unavailable"
        if self.is_local or content.is_local:
            return "local"
        if content.type == "track" and content.is_disguised:
            return "episode"
        return content.type


class PlayContext(Struct):
    type: str | None = None
    uri: str | None = None


class Play(Struct):
    """A play; `track` is its key in every regime."""

    track: Expected[Item] = UNSET
    played_at: Expected[Moment] = UNSET
    context: Expected[PlayContext] = UNSET

    @property
    def entry(self) -> "Entry":
        """A playlist's entry with the same track, which tells its kind."""
        return Entry(track=self.track)


class ItemIds(Struct):
    """The fields that identify an item."""

    type: Expected[str] = UNSET
    id: Expected[str] = UNSET
    uri: Expected[str] = UNSET
    is_local: bool | None = None
    linked_from: Link | None = None


class EntryIds(Struct):
    """An entry, with only the fields of its item that identify it."""

    added_at: Expected[Moment] = UNSET
    added_by: Expected[User] = UNSET
    is_local: bool | None = None
    item: Expected[ItemIds] = UNSET
    track: Expected[ItemIds] = UNSET

    def as_entry(self) -> Entry:
        """The entry, without the other fields of its item."""
        ids = self.track if self.item is UNSET else self.item
        if ids is None or ids is UNSET:
            return Entry(self.added_at, self.added_by, self.is_local, ids)
        item = Item(**msgspec.structs.asdict(ids))
        return Entry(self.added_at, self.added_by, self.is_local, item)


class PlayIds(Struct):
    """A play, with only the fields of its track that identify it."""

    track: Expected[ItemIds] = UNSET
    played_at: Expected[Moment] = UNSET
    context: Expected[PlayContext] = UNSET

    def as_play(self) -> Play:
        """The play, without the other fields of its track."""
        content = EntryIds(track=self.track).as_entry().content
        return Play(content, self.played_at, self.context)


class Contents(Struct):
    total: Int | None = None


class Followers(Struct):
    total: BigInt | None = None


class Page(Struct):
    """A page of entries."""

    items: list[Entry]


class Artist(Struct):
    """The response for one artist."""

    id: str
    name: Expected[str] = UNSET
    followers: Followers | None = None
    popularity: Int | None = None
    genres: list[str] | None = None


class Playlist(Struct):
    """A playlist's metadata. `items` is the newer name of `tracks`."""

    id: str | None = None
    name: Expected[str] = UNSET
    description: Expected[str] = UNSET
    owner: Expected[User] = UNSET
    public: Expected[bool] = UNSET
    collaborative: Expected[bool] = UNSET
    snapshot_id: Expected[str] = UNSET
    followers: Followers | None = None
    items: Contents | None = None
    tracks: Contents | None = None

    @property
    def total(self) -> int | None:
        contents = self.items or self.tracks
        return contents.total if contents else None
