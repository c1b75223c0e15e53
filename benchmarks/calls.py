"""Requests of the extract function compared with the minimum, which the fake's world determines."""

from collections.abc import Iterable, Iterator
from datetime import date
from math import ceil
from typing import NamedTuple

from benchmarks.laboratory import Laboratory, laboratory
from fake_spotify.access import Access
from fake_spotify.regime import Regime
from fake_spotify.worlds.bulk import bulk_groups, library_world
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import ME, Playlist, Track, World
from local.deployment import ROOT

FOLDER = ROOT / ".local" / "bench" / "laboratory"
_PAGE = 50
_LARGE_PAGE = 100
_LONG = "10x1000,40x30"


class _Case(NamedTuple):
    """A run: of `day`, at an hour, after the previous run's day; by id instead of the library."""

    label: str
    day: date
    before: date | None
    hour: int
    by_id: bool = False


def measure(port: int) -> Iterator[str]:
    yield "Web API requests compared with the minimum"
    yield f"{'':38} {'requests':>9} {'minimum':>9} {'ratio':>7}"
    for regime in Regime:
        world = synthetic_world()
        first, second = world.days[:2]
        for by_id in (False, True):
            suffix = ", playlists by id" if by_id else ""
            cases = [
                _Case(f"first run{suffix}", first, None, 6, by_id),
                _Case(f"unchanged day{suffix}", first, first, 18, by_id),
                _Case(f"day with changes{suffix}", second, first, 6, by_id),
            ]
            with laboratory(FOLDER, port, "--regime", regime) as lab:
                yield from _runs(lab, world, Access(regime, ME), cases)
        world = library_world(*bulk_groups(_LONG))
        [day] = world.days
        cases = [
            _Case("ten of 1,000 entries, first run", day, None, 6),
            _Case("ten of 1,000 entries, unchanged", day, day, 18),
        ]
        with laboratory(FOLDER, port, "--regime", regime, "--bulk", _LONG) as lab:
            yield from _runs(lab, world, Access(regime, ME), cases)
    yield (
        "Minimum: one request per 50 library playlists, per changed playlist, per further page of "
        "one of more than 100 entries, per 50 new artists and per 20 new albums. The snapshots of "
        "these longer playlists are re-read with one request each or per 50 library playlists, "
        "whichever is less. Playlists listed without contents cost none. Of playlists by id, each "
        "costs one, a refused one only if its refusal is due."
    )


def _runs(lab: Laboratory, world: World, access: Access, cases: Iterable[_Case]) -> Iterator[str]:
    for case in cases:
        lab.fake.show(str(case.day))
        ids = [one.id for one in world.library(case.day)]
        event = {
            "time": f"{case.day}T{case.hour:02}:00:00Z",
            "schedule": "daily",
            "sources": {"playlists": ids} if case.by_id else {"my_playlists": True},
        }
        # Without batch endpoints, enrichment has no minimum: only its budget limits it.
        requests = 100 if access.regime.is_full else 0
        made = lab.run(event, ENRICHMENT_REQUESTS=requests).summary["api_calls"]
        minimum = _minimum(world, access, case)
        label = f"{access.regime} {case.label}"
        yield f"{label:38} {made:>9,} {minimum:>9,} {made / minimum:>7.2f}"


def _minimum(world: World, access: Access, case: _Case) -> int:
    playlists = [one for one in world.library(case.day) if case.by_id or access.can_see(one)]
    known = {one.id: one for one in world.library(case.before)} if case.before else {}
    readable = [one for one in playlists if access.can_read(one)]
    changed = [one for one in readable if known.get(one.id) != one]
    page = _LARGE_PAGE if access.regime.is_full else _PAGE
    further = [ceil((len(one.entries) - _LARGE_PAGE) / page) for one in changed]
    longer = [pages for pages in further if pages > 0]
    if case.by_id:
        is_due = case.before != case.day
        refused = len(playlists) - len(readable) if is_due else 0
        minimum = len(readable) + refused + sum(longer) + len(longer)
    else:
        listing = ceil(len(playlists) / _PAGE)
        minimum = listing + len(changed) + sum(longer) + min(len(longer), listing)
    return minimum + _batches(access, known.values(), changed)


def _batches(access: Access, known: Iterable[Playlist], changed: Iterable[Playlist]) -> int:
    """Requests for the artists and albums that only changed playlists name."""
    if not access.regime.is_full:
        return 0
    old_artists, old_albums = _catalog_ids(filter(access.can_read, known))
    artists, albums = _catalog_ids(changed)
    return ceil(len(artists - old_artists) / 50) + ceil(len(albums - old_albums) / 20)


def _catalog_ids(playlists: Iterable[Playlist]) -> tuple[set[str], set[str]]:
    """IDs of the artists and of the albums of all tracks in the playlists."""
    items = [entry.item for one in playlists for entry in one.entries]
    tracks = [item for item in items if isinstance(item, Track)]
    artists = {artist.id for one in tracks for artist in (*one.artists, *one.album.artists)}
    return artists, {track.album.id for track in tracks}
