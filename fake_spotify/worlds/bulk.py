"""A world for load tests: any number of playlists and liked songs, built from synthetic tracks."""

import re
from argparse import ArgumentTypeError
from dataclasses import dataclass, replace
from itertools import cycle, islice

from fake_spotify.worlds.liked import liked_history
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import ME, Entry, Playlist, Track, World, make_id, make_snapshot_id

_ADDED = "2026-02-01T08:30:00Z"
_LIKES = re.compile(r"(\d+)x(\d+)", re.ASCII)
_GROUP = re.compile(r"(\d+)x(\d+)(?::([\w.-]+))?", re.ASCII)


@dataclass(frozen=True)
class Group:
    """Public playlists with `entries` entries each, of one owner, not collaborative."""

    playlists: int
    entries: int
    owner: str = ME


@dataclass(frozen=True)
class Likes:
    """Liked songs on the first day, and the most that are added and removed on each later one."""

    songs: int
    changes: int


def bulk_world(playlists: int, entries: int) -> World:
    """Unchanging public playlists of the user, with `entries` entries each."""
    return library_world(Group(playlists, entries))


def library_world(*groups: Group) -> World:
    """A library that never changes: the groups' playlists in order.

    Playlists share entry objects: 5,000 playlists of 1,000 entries take 40 MB.
    """
    small = synthetic_world()
    day = small.days[0]
    pool = [Entry(track, _ADDED) for track in small.catalog_tracks]
    members = [group for group in groups for _ in range(group.playlists)]
    listed = tuple(_playlist(n, pool, group) for n, group in enumerate(members))
    return World((day,), {day: listed}, catalog_tracks=small.catalog_tracks)


def with_likes(world: World, likes: Likes) -> World:
    """The world with liked songs that change for as many days as the synthetic world has."""
    days = synthetic_world().days
    first = world.listed[world.days[0]]
    pool = _songs(world.catalog_tracks, likes.songs + likes.changes * len(days))
    liked = liked_history(pool, days, likes.songs, likes.changes)
    catalog = (*world.catalog_tracks, *pool)
    listed = dict.fromkeys(days, first)
    return replace(world, days=days, listed=listed, catalog_tracks=catalog, liked=liked)


def bulk_likes(text: str) -> Likes:
    """Likes as in `10000x20`. Raises ArgumentTypeError."""
    if not (found := _LIKES.fullmatch(text)):
        raise ArgumentTypeError(f"{text!r} is not like 10000x20: songs x changes a day")
    return Likes(int(found[1]), int(found[2]))


def bulk_groups(text: str) -> tuple[Group, ...]:
    """Groups as in `20x50` or `10x1000,590x30,40x30:neighbour`. Raises ArgumentTypeError."""
    return tuple(map(_group, text.split(",")))


def _group(text: str) -> Group:
    if not (found := _GROUP.fullmatch(text)):
        raise ArgumentTypeError(
            f"{text!r} is not like 20x50 or 20x50:owner: playlists x entries in each"
        )
    return Group(int(found[1]), int(found[2]), found[3] or ME)


def _songs(tracks: tuple[Track, ...], count: int) -> list[Track]:
    """So many different tracks, with the artists and albums of these, by turns."""
    like = islice(cycle(tracks), count)
    return [replace(track, id=make_id("liked", n)) for n, track in enumerate(like)]


def _playlist(n: int, pool: list[Entry], group: Group) -> Playlist:
    """A playlist of the pool's entries, cyclic, from the n-th one."""
    start = n % len(pool)
    return Playlist(
        id=make_id("bulk", n),
        name=f"Bulk {n}",
        description="",
        snapshot_id=make_snapshot_id("bulk", n),
        entries=tuple(islice(cycle(pool), start, start + group.entries)),
        owner=group.owner,
    )
