"""Rows of every table of the contract, out of decoded answers. Pure, one part at a time."""

from datetime import datetime
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


class Rows:
    """The rows that one part yields, each key once, in the column order of the contract."""

    def __init__(self) -> None:
        self.by_table: dict[Table, list[Row]] = {table: [] for table in tables.TABLES}
        self._seen: dict[Table, set[str]] = {
            table: set()
            for table in (tables.TRACKS, tables.EPISODES, tables.ALBUMS, tables.ARTISTS)
        }

    def add_run(self, run: answers.Run, origin: Origin) -> None:
        values = [getattr(run, column.name) for column in tables.RUNS.own_columns]
        self.by_table[tables.RUNS].append((*values, origin[1]))

    def add_playlist(self, seen: Observation, stored: int, origin: Origin) -> None:
        """An observation of a playlist, of which `stored` entries became rows."""
        playlist = seen.playlist or answers.Playlist()
        owner = playlist.owner or answers.User()
        self.by_table[tables.PLAYLISTS].append(
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
            item_id, uri = item.id, item.uri
        added_by = (entry.added_by.id or None) if entry.added_by else None
        self.by_table[tables.PLAYLIST_ITEMS].append(
            (*place, kind, item_id, uri, known_time(entry.added_at), added_by, *origin)
        )
        if item is None or not item.id:
            return
        if kind == "track":
            self._add_track(item.id, item, origin)
        elif kind == "episode":
            self._add_episode(item.id, item, origin)

    def add_rejected(self, row: Row, origin: Origin) -> None:
        self.by_table[tables.REJECTED].append((*row, *origin))

    def _first(self, table: Table, key: str) -> bool:
        """Whether the part has not described this id yet."""
        seen = self._seen[table]
        if key in seen:
            return False
        seen.add(key)
        return True

    def _add_track(self, track_id: str, track: answers.Item, origin: Origin) -> None:
        if not self._first(tables.TRACKS, track_id):
            return
        album_id = self._add_album(track.album, origin) if track.album else None
        isrc = track.external_ids.isrc if track.external_ids else None
        self.by_table[tables.TRACKS].append(
            (
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
        )
        self._add_artists(tables.TRACK_ARTISTS, track_id, track.artists, origin)

    def _add_album(self, album: answers.Album, origin: Origin) -> str | None:
        if not album.id or not self._first(tables.ALBUMS, album.id):
            return album.id
        self.by_table[tables.ALBUMS].append(
            (
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
        )
        self._add_artists(tables.ALBUM_ARTISTS, album.id, album.artists, origin)
        return album.id

    def _add_artists(
        self, table: Table, owner_id: str, artists: list[answers.Named] | None, origin: Origin
    ) -> None:
        for position, artist in enumerate(artists or ()):
            if not artist.id:
                continue
            self.by_table[table].append((owner_id, position, artist.id, *origin))
            if self._first(tables.ARTISTS, artist.id):
                self.by_table[tables.ARTISTS].append(
                    (artist.id, artist.name, None, None, None, *origin)
                )

    def _add_episode(self, episode_id: str, episode: answers.Item, origin: Origin) -> None:
        if not self._first(tables.EPISODES, episode_id):
            return
        show = episode.show or answers.Named()
        self.by_table[tables.EPISODES].append(
            (
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
        )
