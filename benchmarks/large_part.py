"""Large synthetic raw parts, with entries as large and as varied as Spotify's.

A hundred entries contain 87 distinct tracks, 80 albums and 75 artists, as in recordings of public
playlists. Images, links and markets, which no table stores, have realistic lengths.
"""

import gzip
import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from fake_spotify.regime import Regime
from fake_spotify.responses import Responses
from fake_spotify.worlds.world import Album, Artist, Entry, Track, make_id, make_snapshot_id
from spotify_pipeline.keys import Part
from spotify_pipeline.raw import Envelope, Request

PAGE = 50
ENTRIES_PER_PLAYLIST = 10_000

_MARKETS = sorted({f"{a}{b}" for a in "ABCDEFGHIJKLM" for b in "NOPQRSTUVWXYZAB"})[:184]
_BASE = "https://api.spotify.com/v1/"
_SHARES = {"track": 0.87, "album": 0.80, "artist": 0.75}


def raw_part(entries: int, regime: Regime, number: int = 0) -> tuple[Part, bytes]:
    """A part with this many entries, in the shape of a regime, as gzip-compressed JSON lines."""
    part = Part("2026-03-01", "20260301T060000Z-bench-0a1b2c3d", f"{number:04}")
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
        for line in _lines(part, entries, regime, number):
            stream.write(msgspec.json.encode(line) + b"\n")
    return part, buffer.getvalue()


def _lines(part: Part, entries: int, regime: Regime, seed: int) -> Iterator[Envelope]:
    generator = EntryGenerator(entries, regime, seed)
    for begin in range(0, entries, ENTRIES_PER_PLAYLIST):
        total = min(ENTRIES_PER_PLAYLIST, entries - begin)
        playlist_id = make_id("playlist", seed, begin)
        snapshot = make_snapshot_id(seed, begin)
        observation = {"id": playlist_id, "name": "List", "snapshot_id": snapshot, "public": True}
        walked = {"playlist_id": playlist_id, "status": "walked", "reason": None}
        yield _envelope(part, "playlist", f"playlists/{playlist_id}", observation, walked)
        for offset in range(0, total, PAGE):
            count = min(PAGE, total - offset)
            body = {
                "href": f"{_BASE}playlists/{playlist_id}/items?offset={offset}&limit={PAGE}",
                "items": [generator.entry() for _ in range(count)],
                "limit": PAGE,
                "next": None,
                "offset": offset,
                "previous": None,
                "total": total,
            }
            context = {"playlist_id": playlist_id, "snapshot_id": snapshot, "offset": offset}
            yield _envelope(part, "playlist_items", f"playlists/{playlist_id}/items", body, context)


def _envelope(part: Part, kind: str, path: str, body: Any, context: dict[str, Any]) -> Envelope:
    return Envelope(
        kind=kind,
        run_id=part.run_id,
        fetched_at=datetime(2026, 3, 1, 6, 0, 1, tzinfo=UTC),
        request=Request(path=path),
        context=context,
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


class EntryGenerator:
    """Generates entries from a catalog of the size that `entries` entries have."""

    def __init__(self, entries: int, regime: Regime, seed: int) -> None:
        self._choose = random.Random(seed)
        self._regime = regime
        self._responses = Responses(regime, _BASE)
        artists = [
            Artist(make_id("artist", seed, n), f"Artist {n}")
            for n in range(_share(entries, "artist"))
        ]
        albums = [_album(seed, n, artists) for n in range(_share(entries, "album"))]
        self._tracks = [
            self._track(seed, n, artists, albums) for n in range(_share(entries, "track"))
        ]
        self._next = 0

    def entry(self) -> Any:
        """The next entry: each track once, then random repetitions."""
        if self._next < len(self._tracks):
            track = self._tracks[self._next]
        else:
            track = self._choose.choice(self._tracks)
        self._next += 1
        added = f"20{self._next % 16 + 10}-0{self._next % 9 + 1}-11T12:{self._next % 60:02}:00Z"
        response = self._responses.entry(Entry(track, added), episodes=True)
        for key in self._regime.entry_keys:
            self._add_unstored_fields(response[key])
        return response

    def _track(self, seed: int, n: int, artists: list[Artist], albums: list[Album]) -> Track:
        return Track(
            make_id("track", seed, n),
            f"A Song of an Ordinary Length {n}",
            tuple(self._choose.sample(artists, min(len(artists), 1 + (n % 5) // 3))),
            albums[n % len(albums)],
            self._choose.randrange(95_000, 420_000),
            n % 10 == 0,
            f"USABC26{n % 100_000:05}",
            1 + n % 20,
            n % 101,
        )

    def _add_unstored_fields(self, track: Any) -> None:
        """Add fields that Spotify sends and no table stores."""
        digest = f"{self._choose.getrandbits(160):040x}"
        track["album"]["images"] = [
            {"height": size, "url": f"https://i.scdn.co/image/{digest}", "width": size}
            for size in (640, 300, 64)
        ]
        if self._regime.is_full:
            track["available_markets"] = track["album"]["available_markets"] = _MARKETS


def _album(seed: int, n: int, artists: list[Artist]) -> Album:
    return Album(
        make_id("album", seed, n),
        f"Collected Songs, Volume {n}",
        (artists[n % len(artists)],),
        release_date=f"{1960 + n % 66}-{1 + n % 12:02}-{1 + n % 28:02}",
        release_precision="day",
        total_tracks=1 + n % 20,
    )


def _share(entries: int, kind: str) -> int:
    return max(1, int(entries * _SHARES[kind]))
