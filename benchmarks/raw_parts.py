"""Small raw parts, as a run of many short playlists stores them."""

import gzip
from datetime import UTC, datetime
from typing import Any

import msgspec

from spotify_pipeline.raw import Envelope, Request

PLAYLISTS = 3
ENTRIES_PER_PLAYLIST = 50
ENTRIES = PLAYLISTS * ENTRIES_PER_PLAYLIST
"""Playlist entries in a part."""

_FETCHED_AT = datetime(2026, 1, 1, 6, tzinfo=UTC)


def raw_part(run_id: str, number: int) -> bytes:
    """Part `number` of a run; parts share no playlist, track, album or artist."""
    lines: list[bytes] = []
    for place in range(PLAYLISTS):
        playlist = f"p{number:05}{place:02}"
        path = f"playlists/{playlist}"
        observed = {"playlist_id": playlist, "status": "walked", "reason": None}
        lines.append(_line(run_id, "playlist", path, observed, _playlist(playlist)))
        context = {"playlist_id": playlist, "snapshot_id": f"s{playlist}", "offset": 0}
        page = {"total": ENTRIES_PER_PLAYLIST, "items": _entries(playlist)}
        lines.append(_line(run_id, "playlist_items", f"{path}/items", context, page))
    return gzip.compress(b"\n".join(lines))


def _line(run_id: str, kind: str, path: str, context: dict[str, Any], body: Any) -> bytes:
    return msgspec.json.encode(
        Envelope(
            kind=kind,
            run_id=run_id,
            fetched_at=_FETCHED_AT,
            request=Request(path),
            context=context,
            body=msgspec.Raw(msgspec.json.encode(body)),
        )
    )


def _playlist(playlist: str) -> dict[str, Any]:
    return {
        "id": playlist,
        "name": f"Playlist {playlist}",
        "description": "",
        "owner": {"id": "owner", "display_name": "Owner"},
        "public": True,
        "collaborative": False,
        "snapshot_id": f"s{playlist}",
        "items": {"total": ENTRIES_PER_PLAYLIST},
    }


def _entries(playlist: str) -> list[dict[str, Any]]:
    return [
        {
            "added_at": "2026-01-01T00:00:00Z",
            "added_by": {"id": "owner"},
            "item": _track(f"{playlist}{place:03}"),
        }
        for place in range(ENTRIES_PER_PLAYLIST)
    ]


def _track(name: str) -> dict[str, Any]:
    artist = {"id": f"a{name}", "name": f"Artist {name}"}
    return {
        "type": "track",
        "id": f"t{name}",
        "uri": f"spotify:track:t{name}",
        "name": f"Track {name}",
        "duration_ms": 200_000,
        "explicit": False,
        "is_local": False,
        "disc_number": 1,
        "track_number": 1,
        "artists": [artist],
        "album": {
            "id": f"b{name}",
            "name": f"Album {name}",
            "album_type": "album",
            "release_date": "1999-12-31",
            "release_date_precision": "day",
            "total_tracks": 12,
            "artists": [artist],
        },
    }
