"""Exports with a few plays."""

import json
import zipfile
from pathlib import Path
from typing import Any

EXTENDED = "Spotify Extended Streaming History/Streaming_History_Audio_2024_0.json"
ACCOUNT_DATA = "MyData/StreamingHistory_music_0.json"
PRIVATE = {
    "ip_addr": "private-address",
    "ip_addr_decrypted": "private-address",
    "username": "private-name",
    "user_agent_decrypted": "private-agent",
    "a_new_field": "private-future",
}


def extended(minute: int = 0, **more: Any) -> dict[str, Any]:
    """A record that ended at a minute after 10 o'clock."""
    record = {
        "ts": f"2024-05-01T{10 + minute // 60:02}:{minute % 60:02}:00Z",
        "platform": "Android OS 10 API 29 (samsung, SM-G970F)",
        "ms_played": 180_000,
        "conn_country": "SE",
        "master_metadata_track_name": "Song",
        "master_metadata_album_artist_name": "Ann",
        "master_metadata_album_album_name": "Album",
        "spotify_track_uri": "spotify:track:song",
        "reason_start": "clickrow",
        "reason_end": "trackdone",
        "shuffle": True,
        "skipped": False,
        "offline": False,
        "offline_timestamp": 1_714_557_600,
        "incognito_mode": False,
    }
    return {**record, **PRIVATE, **more}


def account_data(minute: int = 0, **more: Any) -> dict[str, Any]:
    names = {"artistName": "Ann", "trackName": "Song"}
    return {"endTime": f"2024-05-01 10:{minute:02}", **names, "msPlayed": 180_000, **more}


def zip_of(path: Path, files: dict[str, Any], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip archive of these files: bytes, or values to write as JSON."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            text = content if isinstance(content, bytes) else json.dumps(content, indent=2).encode()
            archive.writestr(name, text)
    return path


def folder_of(path: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(path)
    return path
