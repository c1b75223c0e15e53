"""Rows of plays from the records of an export.

Field names: https://support.spotify.com/article/understanding-my-data/, and those of earlier years.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.raw import BigInt, Moment
from spotify_pipeline.statuses import PlayOrigin
from spotify_pipeline.transform.exports.platforms import platform_kind
from spotify_pipeline.transform.responses import Offset, Struct
from spotify_pipeline.transform.rows.batch import Detail, RowBatch

_TRACK_URI = re.compile("spotify:track:([0-9A-Za-z]+)")
_LOCAL_URI = "spotify:local:"

_FIRST_START = datetime(2008, 10, 1, tzinfo=UTC).timestamp()
"""Spotify's first month: `offline_timestamp` is 0 or 1 where nothing is known."""

_MILLISECONDS = 1e11
"""An `offline_timestamp` above is in milliseconds: in seconds it would be in the year 5138."""


class Export(msgspec.Struct, frozen=True):
    """The context of a record: the file, its package, and the position of the first play."""

    source: str
    origin: PlayOrigin
    first: Offset = 0


class ExtendedPlay(Struct):
    """A record of the extended history. `ts` is the end, `offline_timestamp` the start."""

    ts: Moment
    ms_played: BigInt | None = None
    platform: str | None = None
    conn_country: str | None = None
    master_metadata_track_name: str | None = None
    master_metadata_album_artist_name: str | None = None
    master_metadata_album_album_name: str | None = None
    spotify_track_uri: str | None = None
    episode_name: str | None = None
    episode_show_name: str | None = None
    spotify_episode_uri: str | None = None
    audiobook_title: str | None = None
    audiobook_uri: str | None = None
    audiobook_chapter_uri: str | None = None
    audiobook_chapter_title: str | None = None
    reason_start: str | None = None
    reason_end: str | None = None
    shuffle: bool | None = None
    skipped: bool | None = None
    offline: bool | None = None
    offline_timestamp: BigInt | None = None


class AccountDataPlay(Struct, rename="camel"):
    """A record of the account data. `endTime` is the end in UTC, to the minute."""

    end_time: str
    ms_played: BigInt | None = None
    artist_name: str | None = None
    track_name: str | None = None
    podcast_name: str | None = None
    episode_name: str | None = None
    author_name: str | None = None
    audiobook_name: str | None = None
    chapter_name: str | None = None


Play = ExtendedPlay | AccountDataPlay
_Values = dict[str, object]


def play_batch(
    export: Export, plays: Sequence[Play], positions: Sequence[int], locations: Sequence[int]
) -> RowBatch:
    """Rows of plays at these positions of the export's file. Raises ValueError for a bad time."""
    rows = [_row(play) for play in plays]
    columns: dict[str, Sequence[object]] = {
        column.name: [row.get(column.name) for row in rows] for column in tables.PLAYS.own_columns
    }
    columns["origin"] = [export.origin.value] * len(rows)
    columns["source"] = [export.source] * len(rows)
    columns["position"] = positions
    return RowBatch(tables.PLAYS, locations, Detail.FULL, columns)


def _row(play: Play) -> _Values:
    return _extended_row(play) if isinstance(play, ExtendedPlay) else _account_row(play)


def _extended_row(play: ExtendedPlay) -> _Values:
    ended_at = play.ts.timestamp()
    return {
        "played_at": ended_at,
        "started_at": _started_at(play.offline_timestamp, ended_at),
        **_extended_item(play),
        "ms_played": play.ms_played,
        "reason_start": play.reason_start or None,
        "reason_end": play.reason_end or None,
        "shuffle": play.shuffle,
        "skipped": play.skipped,
        "offline": play.offline,
        "platform": platform_kind(play.platform),
        "country": play.conn_country or None,
    }


def _started_at(timestamp: int | None, ended_at: float) -> float | None:
    """Seconds since 1970; None for a time at which the play cannot have begun."""
    if timestamp is None:
        return None
    seconds = timestamp / 1000 if timestamp > _MILLISECONDS else timestamp
    return seconds if _FIRST_START <= seconds <= ended_at else None


def _extended_item(play: ExtendedPlay) -> _Values:
    """What was played, by the URI that is set; without any, by the name that is."""
    chapter_uri = play.audiobook_chapter_uri or play.audiobook_uri
    kind = _first_given(
        ("track", play.spotify_track_uri),
        ("episode", play.spotify_episode_uri),
        ("chapter", chapter_uri),
        ("track", play.master_metadata_track_name),
        ("episode", play.episode_name),
        ("chapter", play.audiobook_chapter_title),
    )
    match kind:
        case "track":
            uri = play.spotify_track_uri
            is_local = (uri or "").startswith(_LOCAL_URI)
            artist, album = (
                play.master_metadata_album_artist_name,
                play.master_metadata_album_album_name,
            )
            name = play.master_metadata_track_name
            return _item("local" if is_local else "track", name, artist, album, uri)
        case "episode":
            show = play.episode_show_name
            return _item("episode", play.episode_name, None, show, play.spotify_episode_uri)
        case "chapter":
            title = play.audiobook_chapter_title
            return _item("chapter", title, None, play.audiobook_title, chapter_uri)
    return {}


def _account_row(play: AccountDataPlay) -> _Values:
    ended_at = datetime.strptime(play.end_time, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return {
        "played_at": ended_at.timestamp(),
        **_account_item(play),
        "ms_played": play.ms_played,
    }


def _account_item(play: AccountDataPlay) -> _Values:
    """What was played. Earlier files name podcasts like tracks: those cannot be told apart."""
    kind = _first_given(
        ("chapter", play.chapter_name or play.audiobook_name),
        ("episode", play.episode_name or play.podcast_name),
        ("track", play.track_name or play.artist_name),
    )
    match kind:
        case "track":
            return _item("track", play.track_name, play.artist_name, None)
        case "episode":
            return _item("episode", play.episode_name, None, play.podcast_name)
        case "chapter":
            return _item("chapter", play.chapter_name, play.author_name, play.audiobook_name)
    return {}


def _first_given(*kinds: tuple[str, str | None]) -> str | None:
    return next((kind for kind, value in kinds if value), None)


def _item(
    kind: str, name: str | None, artist: str | None, collection: str | None, uri: str | None = None
) -> _Values:
    match = _TRACK_URI.fullmatch(uri or "")
    return {
        "item_type": kind,
        "track_id": match[1] if match else None,
        "uri": uri or None,
        "item_name": name or None,
        "artist_name": artist or None,
        "collection_name": collection or None,
    }
