"""Rows of single objects: an observation of a playlist, an attempt at a run, an artist."""

from datetime import datetime
from typing import Any

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.raw import RunRecord
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.rows.batch import RowBatch, single_row


class Observation(msgspec.Struct):
    """An observation of a playlist; `playlist` is None if Spotify refused its metadata."""

    playlist_id: str
    status: str
    reason: str | None = None
    playlist: responses.Playlist | None = None


def playlist_row(observation: Observation, location: int) -> RowBatch:
    """The row of an observation; `stored_entries` is set later."""
    values = {
        "playlist_id": observation.playlist_id,
        "status": observation.status,
        "reason": observation.reason,
        "stored_entries": 0,
    }
    if observation.playlist:
        values |= _metadata(observation.playlist)
    return single_row(tables.PLAYLISTS, location, values)


def run_row(run: RunRecord, location: int) -> RowBatch:
    values = msgspec.structs.asdict(run)
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = value.timestamp()
    return single_row(tables.RUNS, location, values)


def artist_row(artist: responses.Artist, location: int) -> RowBatch:
    """The row of an artist from its own response."""
    values = {
        "artist_id": artist.id,
        "name": artist.name,
        "followers": artist.followers.total if artist.followers else None,
        "popularity": artist.popularity,
        "genres": artist.genres,
    }
    return single_row(tables.ARTISTS, location, values)


def _metadata(playlist: responses.Playlist) -> dict[str, Any]:
    owner = playlist.owner
    return {
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
