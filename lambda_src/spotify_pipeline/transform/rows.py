"""Rows of every table of the contract, out of decoded answers. Pure, one part at a time."""

from datetime import datetime
from enum import IntEnum
from typing import Any

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.tables import Table
from spotify_pipeline.transform import answers
from spotify_pipeline.transform.dates import known_time, release_day

Row = tuple[Any, ...]
Origin = tuple[str, datetime | None]
"""The columns that end every row: run_id and extracted_at."""


class Observation(msgspec.Struct):
    """What a run saw of a playlist; `playlist` is None where Spotify refused its metadata."""

    playlist_id: str
    status: str
    reason: str | None = None
    playlist: answers.Playlist | None = None


class Depth(IntEnum):
    """How much an answer says of a thing: in passing, as part of an entry, or as its subject."""

    NAMED = 0
    EMBEDDED = 1
    SUBJECT = 2


class Rows:
    """The rows that one part yields, each key once, in the column order of the contract."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[Row]] = {table: [] for table in tables.TABLES}
        self._described: dict[Table, dict[str, tuple[Depth, Row]]] = {
            table: {} for table in (tables.TRACKS, tables.EPISODES, tables.ALBUMS, tables.ARTISTS)
        }

    def of(self, table: Table) -> list[Row]:
        if table in self._described:
            return [row for _, row in self._described[table].values()]
        return self._rows[table]

    def add_run(self, run: answers.Run, origin: Origin) -> None:
        values = [getattr(run, column.name) for column in tables.RUNS.own_columns]
        self._rows[tables.RUNS].append((*values, origin[1]))

    def add_rejected(self, row: Row, origin: Origin) -> None:
        self._rows[tables.REJECTED].append((*row, *origin))

    def add_playlist(self, seen: Observation, stored: int, origin: Origin) -> None:
        """An observation of a playlist, of which `stored` entries became rows."""
        playlist = seen.playlist or answers.Playlist()
        owner = playlist.owner or answers.User()
        self._rows[tables.PLAYLISTS].append(
            (
                seen.playlist_id,
                playlist.name,
                playlist.description,
                owner.id,
                owner.display_name,
                playlist.public,
                playlist.collaborative,
                playlist.snapshot_id,
                playlist.followers.total if playlist.followers else None,
                playlist.total,
                stored,
                seen.status,
                seen.reason,
                *origin,
            )
        )

    def add_entry(self, place: Row, entry: answers.Entry, origin: Origin) -> None:
        """An entry at `place`: playlist id, snapshot id, position. ValueError if it has no item."""
        item = entry.content()
        kind: str | None = "unavailable"
        item_id = uri = None
        if item is not None:
            kind = "local" if entry.is_local or item.is_local else item.type
            # The playlist holds what it was linked from, whatever is played instead.
            held = item.linked_from or item
            item_id, uri = held.id, held.uri
            if kind == "track" and item.album and item.album.type == "show":
                kind = "episode"
        added_by = (entry.added_by.id or None) if entry.added_by else None
        self._rows[tables.PLAYLIST_ITEMS].append(
            (*place, kind, item_id, uri, known_time(entry.added_at), added_by, *origin)
        )
        if item is None or not item_id:
            return
        if kind == "track":
            self.add_track(item_id, item, Depth.EMBEDDED, origin)
        elif kind == "episode":
            self._add_episode(item_id, item, origin)

    def add_track(
        self,
        track_id: str,
        track: answers.Item,
        depth: Depth,
        origin: Origin,
        album_id: str | None = None,
    ) -> None:
        """A track; one in an album's own listing names no album, so `album_id` does."""
        if self._says_nothing_new(tables.TRACKS, track_id, depth):
            return
        if track.album:
            album_id = track.album.id
            self.add_album(track.album, Depth.EMBEDDED, origin)
        isrc = track.external_ids.isrc if track.external_ids else None
        row = (
            track_id,
            track.name,
            album_id,
            track.duration_ms,
            track.explicit,
            isrc.upper() if isrc else None,
            track.popularity,
            track.disc_number,
            track.track_number,
            track.is_playable,
            *origin,
        )
        if self._describe(tables.TRACKS, track_id, depth, row):
            self._add_artists(tables.TRACK_ARTISTS, track_id, track.artists, origin)

    def add_album(self, album: answers.Album, depth: Depth, origin: Origin) -> None:
        if not album.id or self._says_nothing_new(tables.ALBUMS, album.id, depth):
            return
        row = (
            album.id,
            album.name,
            album.album_type,
            release_day(album.release_date),
            album.release_date_precision,
            album.total_tracks,
            album.label,
            album.popularity,
            album.external_ids.upc if album.external_ids else None,
            *origin,
        )
        if self._describe(tables.ALBUMS, album.id, depth, row):
            self._add_artists(tables.ALBUM_ARTISTS, album.id, album.artists, origin)

    def add_artist(self, artist: answers.Artist, origin: Origin) -> None:
        """An artist's own answer."""
        followers = artist.followers.total if artist.followers else None
        row = (artist.id, artist.name, followers, artist.popularity, artist.genres, *origin)
        self._describe(tables.ARTISTS, artist.id, Depth.SUBJECT, row)

    def _add_artists(
        self, table: Table, owner_id: str, artists: list[answers.Named] | None, origin: Origin
    ) -> None:
        for position, artist in enumerate(artists or ()):
            if not artist.id:
                continue
            self._rows[table].append((owner_id, position, artist.id, *origin))
            if not self._says_nothing_new(tables.ARTISTS, artist.id, Depth.NAMED):
                row = (artist.id, artist.name, None, None, None, *origin)
                self._describe(tables.ARTISTS, artist.id, Depth.NAMED, row)

    def _add_episode(self, episode_id: str, episode: answers.Item, origin: Origin) -> None:
        """An episode, which may pose as a track whose album is its show."""
        if self._says_nothing_new(tables.EPISODES, episode_id, Depth.EMBEDDED):
            return
        show = episode.show or episode.album or answers.Named()
        row = (
            episode_id,
            episode.name,
            show.id,
            show.name,
            episode.duration_ms,
            episode.explicit,
            release_day(episode.release_date),
            episode.release_date_precision,
            episode.languages,
            *origin,
        )
        self._describe(tables.EPISODES, episode_id, Depth.EMBEDDED, row)

    def _says_nothing_new(self, table: Table, key: str, depth: Depth) -> bool:
        """Whether this part has an answer of that depth already."""
        known = self._described[table].get(key)
        return known is not None and known[0] >= depth

    def _describe(self, table: Table, key: str, depth: Depth, row: Row) -> bool:
        """Keep a row; a deeper answer adds to a shallower one. Whether it is the first."""
        known = self._described[table].get(key)
        if known is None:
            self._described[table][key] = (depth, row)
            return True
        if known[0] < depth:
            merged = tuple(
                old if new is None else new for old, new in zip(known[1], row, strict=True)
            )
            self._described[table][key] = (depth, merged)
        return False
