"""An extended streaming history of many plays, with the oddities of real ones."""

import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

FILE_ROWS = 16_000
"""Records of a file, as in real exports."""

_END = datetime(2026, 3, 1, tzinfo=UTC)
_DAYS = 3652
_PLATFORMS = (
    "Android OS 10 API 29 (samsung, SM-G970F)",
    "ios",
    "web_player windows 10;chrome 100",
)
_REASONS = ("trackdone", "fwdbtn", "logout", "unexpected-exit-while-paused", None)
_REASON_WEIGHTS = (70, 22, 4, 1, 3)
_TRACKS, _ARTISTS = 20_000, 3_000
_NAMELESS, _EPISODES, _BROKEN = 0.01, 0.03, 0.0002


def write_export(path: Path, plays: int) -> int:
    """Write a zip archive of this many plays; return how many of them are unreadable."""
    choose = random.Random(7)
    records = _records(choose, plays)
    unreadable = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, begin in enumerate(range(0, plays, FILE_ROWS)):
            texts = [next(records) for _ in range(min(FILE_ROWS, plays - begin))]
            unreadable += sum(text.startswith(b"!") for text in texts)
            name = f"Spotify Extended Streaming History/Streaming_History_Audio_{number}.json"
            archive.writestr(name, b"[\n" + b",\n".join(t.lstrip(b"!") for t in texts) + b"\n]")
    return unreadable


def _records(choose: random.Random, plays: int) -> Iterator[bytes]:
    """Records over ten years; `!` marks those that become no row."""
    step = timedelta(days=_DAYS) / plays
    for number in range(plays):
        ended_at = _END - (plays - number) * step
        text = msgspec.json.format(msgspec.json.encode(_record(choose, ended_at)), indent=2)
        if choose.random() < _BROKEN:
            text = b"!" + choose.choice((b"null", text.replace(b'"ts": "2', b'"ts": "x'), b"{,}"))
        yield text


def _record(choose: random.Random, ended_at: datetime) -> dict[str, Any]:
    ms_played = choose.choice((0, choose.randrange(30_000), choose.randrange(400_000)))
    [reason] = choose.choices(_REASONS, _REASON_WEIGHTS)
    started = int(ended_at.timestamp() - ms_played / 1000)
    return {
        "ts": f"{ended_at:%Y-%m-%dT%H:%M:%SZ}",
        "username": "private",
        "platform": choose.choice(_PLATFORMS),
        "ms_played": ms_played,
        "conn_country": "SE",
        "ip_addr_decrypted": "192.0.2.1",
        "user_agent_decrypted": "unknown",
        **_item(choose),
        "reason_start": "trackdone",
        "reason_end": reason,
        "shuffle": choose.random() < 1 / 3,
        "skipped": choose.choice((None, False, True)),
        "offline": False,
        "offline_timestamp": choose.choice((None, 0, 1, started, started, started * 1000)),
        "incognito_mode": False,
    }


def _item(choose: random.Random) -> dict[str, str | None]:
    names = dict.fromkeys(
        (
            "master_metadata_track_name",
            "master_metadata_album_artist_name",
            "master_metadata_album_album_name",
            "spotify_track_uri",
            "episode_name",
            "episode_show_name",
            "spotify_episode_uri",
        )
    )
    chance = choose.random()
    if chance < _NAMELESS:
        return names
    number = choose.randrange(_TRACKS)
    if chance < _NAMELESS + _EPISODES:
        uri = f"spotify:episode:{number:022}"
        return {**names, "episode_name": f"Part {number}", "spotify_episode_uri": uri}
    return {
        **names,
        "master_metadata_track_name": f"Song {number}",
        "master_metadata_album_artist_name": f"Artist {number % _ARTISTS}",
        "master_metadata_album_album_name": f"Album {number % _ARTISTS}",
        "spotify_track_uri": f"spotify:track:{number:022}",
    }
