"""Rows of single objects: an observation of a playlist, an attempt at a run, an artist."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.rows.batch import RowBatch, single_row


class Observation(msgspec.Struct):
    """The status of a playlist when a run observed it, and Spotify's reason if it was refused."""

    playlist_id: str
    status: str
    reason: str | None = None


def playlist_row(
    observation: Observation, playlist: responses.Playlist | None, location: int
) -> RowBatch:
    """The row of an observation, without metadata if Spotify refused it.

    `stored_entries` is set later.
    """
    values = {
        "playlist_id": observation.playlist_id,
        "status": observation.status,
        "reason": observation.reason,
        "stored_entries": 0,
    }
    if playlist:
        values |= _metadata(playlist)
    return single_row(tables.PLAYLISTS, location, values)


def run_row(record: Mapping[str, Any], location: int) -> RowBatch:
    """The row of an attempt at a run, from the fields of its record."""
    values = {
        name: value.timestamp() if isinstance(value, datetime) else value
        for name, value in record.items()
    }
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
