"""A world for load tests: any number of playlists, built from synthetic tracks."""

import re
from argparse import ArgumentTypeError
from itertools import cycle, islice

from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import Entry, Playlist, World, make_id, make_snapshot_id

_ADDED = "2026-02-01T08:30:00Z"


def bulk_world(playlists: int, entries: int) -> World:
    """Unchanging public playlists of the user, with `entries` entries each.

    Playlists share entry objects: 5,000 playlists of 1,000 entries take 40 MB.
    """
    small = synthetic_world()
    day = small.days[0]
    pool = [Entry(track, _ADDED) for track in small.catalog_tracks]
    listed = tuple(_playlist(n, pool, entries) for n in range(playlists))
    return World((day,), {day: listed}, catalog_tracks=small.catalog_tracks)


def bulk_size(text: str) -> tuple[int, int]:
    """Playlists and entries each, as in `20x50`. Raises ArgumentTypeError."""
    if not (found := re.fullmatch(r"(\d+)x(\d+)", text)):
        raise ArgumentTypeError(f"{text!r} is not like 20x50: playlists x entries in each")
    return int(found[1]), int(found[2])


def _playlist(n: int, pool: list[Entry], entries: int) -> Playlist:
    """A playlist of the pool's entries, cyclic, from the n-th one."""
    return Playlist(
        id=make_id("bulk", n),
        name=f"Bulk {n}",
        description="",
        snapshot_id=make_snapshot_id("bulk", n),
        entries=tuple(islice(cycle(pool), n % len(pool), n % len(pool) + entries)),
    )
