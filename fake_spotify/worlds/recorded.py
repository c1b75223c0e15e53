"""A world from recorded playlists: a gzip JSON file with a history by day.

    {"days": ["2021-04-01", ...], "artists": {id: name}, "albums": {id: name},
     "tracks": {id: {"name", "artists": [id], "album": id, "duration_s"}},
     "playlists": {id: {day: {"name", "description", "tracks": [id]}}}}

A playlist lists only the days on which it changed. The user's liked songs are some of the tracks.
"""

import gzip
import zlib
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from fake_spotify.worlds.liked import liked_history
from fake_spotify.worlds.world import Album, Artist, Entry, Playlist, Track, World, make_snapshot_id

_LIKED_SONGS = 80
_LIKES_A_DAY = 3


class _Track(msgspec.Struct):
    name: str
    artists: list[str]
    album: str
    duration_s: int


class _State(msgspec.Struct):
    name: str
    description: str
    tracks: list[str]


class _Recording(msgspec.Struct):
    days: Annotated[list[date], Meta(min_length=1)]
    artists: dict[str, str]
    albums: dict[str, str]
    tracks: dict[str, _Track]
    playlists: dict[str, Annotated[dict[date, _State], Meta(min_length=1)]]


def recorded_world(path: Path) -> World:
    """Read a recording. Raises ValueError naming the file if it is not one."""
    try:
        recording = msgspec.json.decode(gzip.decompress(path.read_bytes()), type=_Recording)
        return _world(recording)
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
        raise ValueError(f"{path} is not a recording of playlists: {error}") from error
    except KeyError as error:
        raise ValueError(f"{path} is not a recording of playlists: {error} is absent") from error


def _world(recording: _Recording) -> World:
    tracks = _tracks(recording)
    listed = {
        day: tuple(
            _playlist(playlist_id, history, day, tracks)
            for playlist_id, history in recording.playlists.items()
            if min(history) <= day
        )
        for day in recording.days
    }
    catalog = tuple(tracks.values())
    liked = liked_history(catalog, recording.days, _LIKED_SONGS, _LIKES_A_DAY)
    return World(tuple(recording.days), listed, catalog_tracks=catalog, liked=liked)


def _tracks(recording: _Recording) -> dict[str, Track]:
    artists = {key: Artist(key, name) for key, name in recording.artists.items()}
    tracks = {}
    for key, track in recording.tracks.items():
        by = tuple(artists[artist] for artist in track.artists)
        album = Album(track.album, recording.albums[track.album], by[:1])
        tracks[key] = Track(key, track.name, by, album, track.duration_s * 1000)
    return tracks


def _playlist(
    playlist_id: str, history: dict[date, _State], day: date, tracks: dict[str, Track]
) -> Playlist:
    changed = max(d for d in history if d <= day)
    state = history[changed]
    return Playlist(
        playlist_id,
        state.name,
        state.description,
        make_snapshot_id(playlist_id, changed),
        tuple(Entry(tracks[track], added_at=f"{changed}T00:00:00Z") for track in state.tracks),
    )
