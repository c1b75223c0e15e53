"""A generated world: plausible and deterministic, with every edge case of entries."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

from fake_spotify.worlds.liked import liked_history
from fake_spotify.worlds.world import (
    SPOTIFY,
    Album,
    Artist,
    Entry,
    Episode,
    LocalFile,
    Playlist,
    Track,
    World,
    make_id,
    make_snapshot_id,
)

FIRST_DAY = date(2026, 3, 1)
DAYS = 60
LIKED_SONGS = 64

_FIRST = (
    "Amber Broken Cobalt Distant Electric Feral Golden Hollow Ivory Jagged Lunar Midnight".split()
)
_SECOND = (
    "Arcade Bloom Circuit Delta Echoes Foxes Gardens Harbor Islands Jets Kites Lanterns".split()
)
_SONG = "Afterglow Borderline Cascade Driftwood Embers Freefall Gravity Homecoming Undertow".split()
_LISTS = (
    ("Morning Commute", 34),
    ("Deep Focus Hours", 120),
    ("Sunday Kitchen", 51),
    ("Long Run", 48),
    ("Rainy Windows", 27),
    ("Late Shift", 75),
    ("Road to the Coast", 50),
    ("Small Hours", 18),
)
_GENRES = ("ambient", "art pop", "dub", "folk", "indie rock", "jazz", "synthpop", "techno")
_LABELS = ("Kitchen Table Records", "North Pier", "Self-released")
_CHANGES_A_DAY = 3
_LIKES_A_DAY = 3
_EPOCH = "1970-01-01T00:00:00Z"

EDITORIAL = "37i9dQZF1DXcBWIGoYBM5M"
"""A playlist that Spotify owns."""


def synthetic_world(seed: int = 1) -> World:
    days = tuple(FIRST_DAY + timedelta(days=n) for n in range(DAYS))
    choose = random.Random(seed)
    tracks = _tracks(choose)
    histories = [
        _history(name, _first_entries(tracks, name, size), tracks, days) for name, size in _LISTS
    ]
    steady = [_odds_and_ends(tracks), _empty(), _someone_elses(tracks)]
    listed = {day: (*(history[n] for history in histories), *steady) for n, day in enumerate(days)}
    catalog = (*tracks, *_long_album(tracks[0].artists[0]))
    liked = liked_history(tracks, days, LIKED_SONGS, _LIKES_A_DAY)
    return World(days, listed, (_editorial(tracks),), catalog, liked)


def _tracks(choose: random.Random) -> list[Track]:
    names = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    artists = [_artist(name, choose) for name in choose.sample(names, 60)]
    tracks = []
    for n in range(90):
        by = choose.choice(artists)
        album = _album(n, by, choose)
        for number in range(1, album.total_tracks + 1):
            guests = choose.sample(artists, choose.choice((0, 0, 0, 1, 2)))
            title = f"{choose.choice(_SONG)} {choose.choice(('', '', 'II', '(Live)', '- Remix'))}"
            tracks.append(
                Track(
                    make_id("track", n, number),
                    title.strip(),
                    tuple(dict.fromkeys((by, *guests))),
                    album,
                    choose.randrange(95_000, 420_000),
                    choose.randrange(10) == 0,
                    f"{choose.choice(('QZ', 'us', 'GB'))}ABC26{n:03}{number:02}",
                    number,
                    choose.randrange(101),
                )
            )
    return tracks


def _artist(name: str, choose: random.Random) -> Artist:
    return Artist(
        make_id("artist", name),
        name,
        choose.randrange(2_000_000),
        choose.randrange(101),
        tuple(choose.sample(_GENRES, choose.randrange(3))),
    )


def _album(n: int, by: Artist, choose: random.Random) -> Album:
    year, month, day = choose.randint(1968, 2026), choose.randint(1, 12), choose.randint(1, 28)
    released, precision = choose.choice(
        (
            (f"{year}", "year"),
            (f"{year}-{month:02}", "month"),
            (f"{year}-{month:02}-{day:02}", "day"),
        )
    )
    kind, size = choose.choice((("single", 1), ("single", 2), ("album", 8), ("album", 11)))
    return Album(
        make_id("album", n),
        f"{choose.choice(_SONG)} Nights",
        (by,),
        kind,
        released,
        precision,
        size,
        choose.choice(_LABELS),
        choose.randrange(101),
        f"0000{n:08}",
    )


def _long_album(by: Artist) -> list[Track]:
    """An album whose tracks span several pages."""
    album = Album(make_id("album", "long"), "Collected", (by,), "compilation", "2001", "year", 120)
    return [
        Track(make_id("track", "long", n), f"No. {n}", (by,), album, 60_000 + n, track_number=n)
        for n in range(1, album.total_tracks + 1)
    ]


def _first_entries(tracks: list[Track], name: str, size: int) -> tuple[Entry, ...]:
    choose = random.Random(name)
    # Favourites recur in many playlists.
    pool = tracks[:40] * 2 + tracks
    return tuple(Entry(choose.choice(pool), "2026-02-01T08:30:00Z") for _ in range(size))


def _history(
    name: str, entries: tuple[Entry, ...], tracks: list[Track], days: tuple[date, ...]
) -> list[Playlist]:
    """The playlist on each day; it changes on two days out of three."""

    def step(before: Playlist, day: date) -> Playlist:
        choose = random.Random(f"{name}{day}")
        if choose.random() < 1 / 3:
            return before
        kept = list(before.entries)
        for _ in range(_CHANGES_A_DAY):
            kept.pop(choose.randrange(len(kept)))
            new = Entry(choose.choice(tracks), f"{day}T07:00:00.250Z")
            kept.insert(choose.randrange(len(kept) + 1), new)
        return _playlist(name, tuple(kept), str(day))

    first = _playlist(name, entries, str(days[0]))
    return list(accumulate(days[1:], step, initial=first))


def _playlist(name: str, entries: tuple[Entry, ...], version: str = "") -> Playlist:
    return Playlist(
        id=make_id("playlist", name),
        name=name,
        description=f"{name}, by hand",
        snapshot_id=make_snapshot_id(name, version),
        entries=entries,
        followers=len(name),
    )


def _odds_and_ends(tracks: list[Track]) -> Playlist:
    """A playlist with each edge case of entries."""
    nameless = Album(make_id("album", "gone"), "", (Artist(make_id("artist", ""), ""),))
    undated = Album(make_id("album", "0000"), "Untitled", (), "album", "0000", "year")
    return _playlist(
        "Odds and Ends",
        (
            Entry(tracks[0], "2026-01-05T10:00:00Z"),
            Entry(None, "2026-01-05T10:00:00Z"),
            Entry(LocalFile("Garage Band", "", "Demo 3", 187), "2026-01-06T10:00:00Z"),
            Entry(LocalFile("", "", "", 0), None, None),
            Entry(
                Episode(
                    make_id("episode", 1),
                    "Why Rows Go Missing",
                    make_id("show", 1),
                    "The Data Hour",
                    1_834_000,
                    "2025-11",
                ),
                "2026-01-07T10:00:00Z",
            ),
            Entry(tracks[0], "2026-01-05T10:00:00Z"),
            Entry(tracks[1], _EPOCH, ""),
            Entry(replace(tracks[2], linked_from=make_id("track", "as added")), None),
            Entry(Track(make_id("track", "0000"), "Undated", (), undated, 61_000), None),
            Entry(Track(make_id("track", "gone"), "", (), nameless, 0), None, None),
        ),
    )


def _editorial(tracks: list[Track]) -> Playlist:
    entries = tuple(Entry(track, "2026-02-27T06:00:00Z") for track in tracks[:30])
    return replace(_playlist("Fresh This Week", entries), id=EDITORIAL, owner=SPOTIFY)


def _empty() -> Playlist:
    return replace(_playlist("To Sort", ()), public=False)


def _someone_elses(tracks: list[Track]) -> Playlist:
    return replace(
        _playlist("Neighbour's Party", tuple(map(Entry, tracks[:20]))), owner="neighbour"
    )
