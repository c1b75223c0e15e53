"""Spotify's two data exports of the user's plays, as zip archives.

Account data has the plays of a year by minute and name; the extended history has all, with ids.
Both have the oddities of real exports: rows without names, times that are not the end, second ids
of a recording, `offline_timestamp` in two units, files whose order is not that of time.
"""

import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from fake_spotify.worlds.listening import Play
from fake_spotify.worlds.world import Chapter, Episode, Track, make_id

Row = dict[str, Any]
Files = dict[str, Any]
"""Content of each file, as JSON values, by its path in the archive."""

ROWS = 1_000
"""Rows of a file; real ones have up to 16,000."""

PRIVATE = "private:"
"""Begins each value that no reader of an export may keep."""

_YEAR = timedelta(days=365)
_TRACK = (
    "master_metadata_track_name",
    "master_metadata_album_artist_name",
    "master_metadata_album_album_name",
    "spotify_track_uri",
)
_EPISODE = ("episode_name", "episode_show_name", "spotify_episode_uri")
_CHAPTER = (
    "audiobook_title",
    "audiobook_uri",
    "audiobook_chapter_uri",
    "audiobook_chapter_title",
)
_NAMELESS, _SECOND_ID, _VIDEO = 0.01, 0.1, 0.02
"""Shares of track plays: without any name, under another id, in a file of videos."""


def export_zip(package: str, plays: Sequence[Play], rows: int = ROWS) -> bytes:
    """The archive of a package with these plays, which are in order of their ends."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, value in PACKAGES[package](plays, rows).items():
            # One date for all: the same plays give the same bytes.
            archive.writestr(zipfile.ZipInfo(path), json.dumps(value, indent=2, ensure_ascii=False))
    return content.getvalue()


def _account_data(plays: Sequence[Play], rows: int) -> Files:
    """`endTime` is the end in UTC, cut to the minute. Nothing but the last year is there."""
    since = max((play.ended_at for play in plays), default=None)
    recent = [play for play in plays if since and play.ended_at > since - _YEAR]
    files: Files = {
        "MyData/Userdata.json": {"username": f"{PRIVATE}user", "email": f"{PRIVATE}address"},
        "MyData/YourLibrary.json": {"tracks": [], "albums": [], "shows": [], "other": []},
    }
    for name, kind in (("music", Track), ("podcast", Episode), ("audiobook", Chapter)):
        found = [_account_row(play) for play in recent if isinstance(play.item, kind)]
        files |= _cut(found, rows, f"MyData/StreamingHistory_{name}")
    return files


def _extended(plays: Sequence[Play], rows: int) -> Files:
    """`ts` is the end in UTC, in whole seconds. Some tracks are only in the file of videos."""
    folder = "Spotify Extended Streaming History"
    audio: list[Row] = []
    video: list[Row] = []
    for play in plays:
        is_video = isinstance(play.item, Track) and _chance(play, "video") < _VIDEO
        (video if is_video else audio).append(_extended_row(play))
    years = "-".join(dict.fromkeys(str(play.ended_at.year) for play in (*plays[:1], *plays[-1:])))
    files = _cut(audio, rows, f"{folder}/Streaming_History_Audio_{years}", newest=True)
    return {**files, f"{folder}/Streaming_History_Video_{years}.json": video}


PACKAGES: Mapping[str, Callable[[Sequence[Play], int], Files]] = {
    "account-data": _account_data,
    "extended": _extended,
}


def _cut(found: list[Row], rows: int, path: str, *, newest: bool = False) -> Files:
    """The rows in files of at most `rows`; the `newest` or the oldest are in file 0."""
    chunks = [found[n : n + rows] for n in range(0, len(found), rows)]
    ordered = reversed(chunks) if newest else chunks
    return {f"{path}_{n}.json": chunk for n, chunk in enumerate(ordered)}


def _account_row(play: Play) -> Row:
    names: Row = {}
    match play.item:
        case Track(name=name, artists=artists) if not _is_nameless(play):
            names = {"artistName": artists[0].name if artists else "", "trackName": name}
        case Episode(name=name, show_name=show):
            names = {"podcastName": show, "episodeName": name}
        case Chapter(name=name, book_name=book, author=author):
            names = {"authorName": author, "audiobookName": book, "chapterName": name}
    return {"endTime": f"{play.ended_at:%Y-%m-%d %H:%M}", **names, "msPlayed": play.ms_played}


def _extended_row(play: Play) -> Row:
    ts = play.ended_at
    if play.reason_end == "logout":
        ts += timedelta(minutes=6 + 12 * _chance(play, "logout"))
    return {
        "ts": f"{ts:%Y-%m-%dT%H:%M:%SZ}",
        "platform": "android",
        "ms_played": play.ms_played,
        "conn_country": "SE",
        "ip_addr": f"{PRIVATE}192.0.2.1",
        **dict.fromkeys((*_TRACK, *_EPISODE, *_CHAPTER)),
        **_item_fields(play),
        "reason_start": play.reason_start,
        "reason_end": play.reason_end,
        "shuffle": play.is_shuffled,
        "skipped": play.is_skipped,
        "offline": play.is_offline,
        "offline_timestamp": _offline_timestamp(play),
        "incognito_mode": play.is_private,
    }


def _item_fields(play: Play) -> Row:
    match play.item:
        case Track() as track if not _is_nameless(play):
            is_other = _chance(play, "id") < _SECOND_ID
            track_id = make_id("second id", track.id) if is_other else track.id
            artist = track.artists[0].name if track.artists else None
            uri = f"spotify:track:{track_id}"
            return _filled(_TRACK, track.name, artist, track.album.name, uri)
        case Episode() as episode:
            return _filled(_EPISODE, episode.name, episode.show_name, episode.uri)
        case Chapter() as chapter:
            # Audiobooks are shows, and their chapters episodes.
            book, part = f"spotify:show:{chapter.book_id}", f"spotify:episode:{chapter.id}"
            return _filled(_CHAPTER, chapter.book_name, book, part, chapter.name)
    return {}


def _filled(fields: Sequence[str], *values: str | None) -> Row:
    return dict(zip(fields, values, strict=True))


def _offline_timestamp(play: Play) -> int | None:
    """The start of the play: in seconds, sometimes in ms; or no time at all."""
    started = play.started_at.timestamp()
    choice = _chance(play, "start")
    for limit, value in ((0.04, None), (0.06, 0), (0.08, 1), (0.3, int(started * 1000))):
        if choice < limit:
            return value
    return int(started)


def _is_nameless(play: Play) -> bool:
    return _chance(play, "names") < _NAMELESS


def _chance(play: Play, of: str) -> float:
    """A number from 0 to 1 that is always the same for a play."""
    return random.Random(f"{of} {play.started_at}").random()
