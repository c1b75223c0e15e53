"""Rows of every table of the contract, out of decoded answers. Pure, one part at a time.

Columns of many rows at once take half the time that single rows take. A field that is UNSET goes
into its column as it is, to be counted there.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import repeat
from typing import Any, TypeAlias, TypeVar

import msgspec
import polars as pl
from msgspec import UNSET

from spotify_pipeline import tables
from spotify_pipeline.raw import RunRecord
from spotify_pipeline.schema import Table
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.dates import release_day
from spotify_pipeline.transform.responses import Expected
from spotify_pipeline.transform.row_buffer import DEPTH, LINKS, NAME, SOURCE, Depth, RowBuffer

_Thing = TypeVar("_Thing")
Found: TypeAlias = tuple[str, _Thing, int]
"""A thing by its id, with its source."""


class Observation(msgspec.Struct):
    """What a run saw of a playlist; `playlist` is None where Spotify refused its metadata."""

    playlist_id: str
    status: str
    reason: str | None = None
    playlist: responses.Playlist | None = None


class Page(msgspec.Struct):
    """Which entries of a playlist a page holds: those of a snapshot from `offset` on."""

    playlist_id: str
    offset: responses.Offset
    snapshot_id: str | None = None


class Rows:
    """The rows that one part yields, as answers give them: a thing may be described often.

    `sources` say where in the part each thing stood (`sources.source`).
    """

    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()
        self._gathered = {table: RowBuffer(table, self.missing) for table in tables.TABLES}

    def frame(self, table: Table) -> pl.DataFrame:
        """The rows of a table, which are then no longer held here."""
        rows = self._gathered[table].frame()
        if table is not tables.ARTISTS:
            return rows
        named = [
            self._gathered[link].look().select("artist_id", SOURCE.name, DEPTH.name, name=NAME.name)
            for link in LINKS
        ]
        return pl.concat([rows, *named], how="diagonal")

    def add(self, table: Table, source: int, **values: Any) -> None:
        """One row out of what an answer is about."""
        self._gathered[table].add_one(source, Depth.SUBJECT, values)

    def add_playlist(self, seen: Observation, source: int) -> None:
        """An observation of a playlist; how many entries are stored is not known yet."""
        found = {}
        if playlist := seen.playlist:
            owner = playlist.owner
            found = {
                "name": playlist.name,
                "description": playlist.description,
                "owner_id": owner.id if owner else owner,
                "owner_name": owner.display_name if owner else None,
                "is_public": playlist.public,
                "is_collaborative": playlist.collaborative,
                "snapshot_id": playlist.snapshot_id,
                "followers": playlist.followers.total if playlist.followers else None,
                "total_entries": playlist.total,
            }
        self.add(
            tables.PLAYLISTS,
            source,
            playlist_id=seen.playlist_id,
            status=seen.status,
            reason=seen.reason,
            stored_entries=0,
            **found,
        )

    def add_run(self, run: RunRecord, source: int) -> None:
        values = msgspec.structs.asdict(run)
        for name in ("started_at", "finished_at", "resume_at"):
            values[name] = values[name] and values[name].timestamp()
        self.add(tables.RUNS, source, **values)

    def add_artist(self, artist: responses.Artist, source: int) -> None:
        """An artist's own answer."""
        self.add(
            tables.ARTISTS,
            source,
            artist_id=artist.id,
            name=artist.name,
            followers=artist.followers.total if artist.followers else None,
            popularity=artist.popularity,
            genres=artist.genres,
        )

    def add_entries(
        self,
        page: Page,
        entries: Sequence[responses.Entry],
        sources: Sequence[int],
        *,
        described: bool = True,
    ) -> None:
        """Entries that stand one after the other, and what they hold if that is `described`."""
        items = [e.track if e.item is UNSET else e.item for e in entries]
        kinds = [e.kind_of(item) for e, item in zip(entries, items, strict=True)]
        # The playlist holds what it was linked from, whatever is played instead.
        held = [item and (item.linked_from or item) for item in items]
        ids = [link.id if link else None for link in held]
        self._gathered[tables.PLAYLIST_ITEMS].add(
            sources,
            Depth.SUBJECT,
            playlist_id=repeat(page.playlist_id, len(entries)),
            snapshot_id=repeat(page.snapshot_id, len(entries)),
            position=range(page.offset, page.offset + len(entries)),
            item_type=kinds,
            item_id=ids,
            uri=[link.uri if link else None for link in held],
            # On old playlists the epoch stands for a time that Spotify does not know.
            added_at=[e.added_at and (e.added_at.timestamp() or None) for e in entries],
            added_by=[e.added_by and e.added_by.id for e in entries],
        )
        if not described:
            return
        described_items = list(zip(ids, items, sources, kinds, strict=True))
        self.add_tracks(
            [(i, t, s) for i, t, s, kind in described_items if i and t and kind == "track"]
        )
        if "episode" in kinds:
            self._add_episodes(
                [(i, e, s) for i, e, s, kind in described_items if i and e and kind == "episode"]
            )

    def add_tracks(
        self,
        found: Sequence[Found[responses.Item]],
        depth: Depth = Depth.EMBEDDED,
        album_id: Expected[str] = UNSET,
    ) -> None:
        """Tracks; those in an album's own listing name no album, so `album_id` does."""
        if not found:
            return
        ids, tracks, sources = zip(*found, strict=True)
        lacking = UNSET if depth is Depth.EMBEDDED else None
        self._gathered[tables.TRACKS].add(
            sources,
            depth,
            track_id=ids,
            name=[track.name for track in tracks],
            album_id=[
                t.album.id if t.album else album_id if t.album is UNSET else None for t in tracks
            ],
            duration_ms=[track.duration_ms for track in tracks],
            is_explicit=[track.explicit for track in tracks],
            isrc=[
                ((codes.isrc and codes.isrc.upper()) or None)
                if (codes := track.external_ids)
                else (lacking if codes is UNSET else None)
                for track in tracks
            ],
            popularity=[track.popularity for track in tracks],
            disc_number=[track.disc_number for track in tracks],
            track_number=[track.track_number for track in tracks],
            is_playable=[track.is_playable for track in tracks],
        )
        self._add_artists(tables.TRACK_ARTISTS, ids, [track.artists for track in tracks], sources)
        albums = [(track.album, source) for track, source in zip(tracks, sources, strict=True)]
        self.add_albums([(a.id, a, source) for a, source in albums if a and a.id])

    def add_albums(
        self, found: Sequence[Found[responses.Album]], depth: Depth = Depth.EMBEDDED
    ) -> None:
        if not found:
            return
        ids, albums, sources = zip(*found, strict=True)
        self._gathered[tables.ALBUMS].add(
            sources,
            depth,
            album_id=ids,
            name=[album.name for album in albums],
            album_type=[album.album_type for album in albums],
            release_date=[a.release_date and release_day(a.release_date) for a in albums],
            release_precision=[album.release_date_precision for album in albums],
            total_tracks=[album.total_tracks for album in albums],
            label=[album.label for album in albums],
            popularity=[album.popularity for album in albums],
            upc=[a.external_ids.upc if a.external_ids else None for a in albums],
        )
        self._add_artists(tables.ALBUM_ARTISTS, ids, [album.artists for album in albums], sources)

    def _add_artists(
        self,
        table: Table,
        owner_ids: Sequence[str],
        artists: Sequence[Expected[list[responses.Named]]],
        sources: Sequence[int],
    ) -> None:
        """The artists of each owner, in order, and what is said of them in passing."""
        links = [
            (owner_id, position, artist, source)
            for owner_id, named, source in zip(owner_ids, artists, sources, strict=True)
            for position, artist in enumerate(named or ())
            if artist.id
        ]
        if len(links) != sum(len(named) for named in artists if named) or UNSET in artists:
            lacking = sum(artist.id is UNSET for named in artists for artist in named or ())
            self.missing[f"{table.name}.artist_id"] += artists.count(UNSET) + lacking
        if not links:
            return
        owners, positions, found, places = zip(*links, strict=True)
        self._gathered[table].add(
            places,
            Depth.NAMED,
            position=positions,
            artist_id=[artist.id for artist in found],
            **{table.key[0]: owners, NAME.name: [artist.name for artist in found]},
        )

    def _add_episodes(self, found: Sequence[Found[responses.Item]]) -> None:
        """Episodes; one in disguise says less, and its album is its show."""
        if not found:
            return
        ids, items, sources = zip(*found, strict=True)
        told = [item.as_episode() for item in items]
        shows = [episode.show for episode in told]
        self._gathered[tables.EPISODES].add(
            sources,
            Depth.EMBEDDED,
            episode_id=ids,
            name=[episode.name for episode in told],
            show_id=[show and show.id for show in shows],
            show_name=[show and show.name for show in shows],
            duration_ms=[episode.duration_ms for episode in told],
            is_explicit=[episode.explicit for episode in told],
            release_date=[e.release_date and release_day(e.release_date) for e in told],
            release_precision=[episode.release_date_precision for episode in told],
            languages=[episode.languages for episode in told],
        )
