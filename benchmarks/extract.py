"""Benchmark of the extract function: request counts, wall time under latency, peak memory."""

from collections.abc import Iterable, Iterator
from datetime import date
from math import ceil
from typing import Annotated

import typer

from benchmarks.laboratory import Laboratory, Run, laboratory
from fake_spotify.access import Access
from fake_spotify.regime import Regime
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import ME, Playlist, Track, World
from local.deployment import ROOT

FOLDER = ROOT / ".local" / "bench"
_PAGE = 50
_LARGE_PAGE = 100
_LATENCY_MS = 50
_CONCURRENCIES = (4, 8)


def main(
    port: Annotated[int, typer.Option(envvar="PORT", help="The emulator's port.")] = 4566,
) -> None:
    """Run all measurements, print the results and write them to a file."""
    lines = [*_calls(port), "", *_latency(port), "", *_memory(port)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "extract.txt").write_text("\n".join([*lines, ""]))
    print(*lines, sep="\n")


def _calls(port: int) -> Iterator[str]:
    yield "Web API requests compared with the minimum"
    yield f"{'':24} {'requests':>9} {'minimum':>9} {'ratio':>7}"
    for regime in Regime:
        folder = FOLDER / "laboratory"
        with laboratory(folder, port, "--regime", regime) as lab:
            yield from _calls_under(lab, regime)
    yield (
        "Minimum: one request per 50 library playlists, per changed playlist, per further page of "
        "one of more than 100 entries, per 50 new artists and per 20 new albums. The snapshots of "
        "these longer playlists are re-read with one request each or per 50 library playlists, "
        "whichever is less. Playlists listed without contents cost none."
    )


def _calls_under(lab: Laboratory, regime: Regime) -> Iterator[str]:
    world, access = synthetic_world(), Access(regime, ME)
    first, second = world.days[:2]
    for label, day, before, hour in (
        ("first run", first, None, "06"),
        ("unchanged day", first, first, "18"),
        ("day with changes", second, first, "06"),
    ):
        lab.fake.show(str(day))
        event = {
            "time": f"{day}T{hour}:00:00Z",
            "schedule": "daily",
            "sources": {"my_playlists": True},
        }
        # Without batch endpoints, enrichment has no minimum: only its budget limits it.
        requests = 100 if regime.is_full else 0
        made = lab.run(event, ENRICHMENT_REQUESTS=requests).summary["api_calls"]
        minimum = _minimum(world, access, day, before)
        yield f"{f'{regime} {label}':24} {made:>9,} {minimum:>9,} {made / minimum:>7.2f}"


def _minimum(world: World, access: Access, day: date, before: date | None) -> int:
    """Minimum number of requests for a day, if `before` is the day of the previous run."""
    library = [one for one in world.library(day) if access.can_see(one)]
    known = {} if before is None else {one.id: one for one in world.library(before)}
    readable = [one for one in library if access.can_read(one)]
    changed = [one for one in readable if known.get(one.id) != one]
    listing = ceil(len(library) / _PAGE)
    page = _LARGE_PAGE if access.regime.is_full else _PAGE
    further = [ceil((len(one.entries) - _LARGE_PAGE) / page) for one in changed]
    longer = [pages for pages in further if pages > 0]
    minimum = listing + len(changed) + sum(longer) + min(len(longer), listing)
    if not access.regime.is_full:
        return minimum
    old_artists, old_albums = _catalog_ids(filter(access.can_read, known.values()))
    artists, albums = _catalog_ids(changed)
    return minimum + ceil(len(artists - old_artists) / 50) + ceil(len(albums - old_albums) / 20)


def _catalog_ids(playlists: Iterable[Playlist]) -> tuple[set[str], set[str]]:
    """IDs of the artists and of the albums of all tracks in the playlists."""
    items = [entry.item for one in playlists for entry in one.entries]
    tracks = [item for item in items if isinstance(item, Track)]
    artists = {artist.id for one in tracks for artist in (*one.artists, *one.album.artists)}
    return artists, {track.album.id for track in tracks}


def _latency(port: int) -> Iterator[str]:
    yield f"1,000 pages with {_LATENCY_MS} ms of latency per request"
    yield f"{'parallel':>9} {'requests':>9} {'seconds':>9} {'ideal':>9} {'ratio':>7}"
    for parallel in _CONCURRENCIES:
        with laboratory(
            FOLDER / "laboratory", port, "--bulk", "20x2550", "--latency-ms", str(_LATENCY_MS)
        ) as lab:
            run = lab.run(_BULK_EVENT, CONCURRENCY=parallel)
        _check(run, entries=51_000)
        ideal = 1000 * _LATENCY_MS / 1000 / parallel
        calls, ratio = run.summary["api_calls"], run.seconds / ideal
        yield f"{parallel:>9} {calls:>9,} {run.seconds:>9.2f} {ideal:>9.2f} {ratio:>7.2f}"
    yield "Ideal: pages x latency / parallel requests. Seconds: the whole run, including S3."


def _memory(port: int) -> Iterator[str]:
    yield "Peak memory of the process by size of the run"
    yield f"{'entries':>9} {'parts':>6} {'seconds':>9} {'peak MB':>9}"
    peaks = []
    for playlists in (20, 60, 400):
        with laboratory(FOLDER / "laboratory", port, "--bulk", f"{playlists}x1000") as lab:
            run = lab.run(_BULK_EVENT)
        _check(run, entries=playlists * 1000)
        peaks.append(run.peak_mb)
        parts = run.summary["parts"]
        yield f"{playlists * 1000:>9,} {parts:>6} {run.seconds:>9.1f} {run.peak_mb:>9.0f}"
    yield (
        f"Memory of the largest run: {peaks[2] / peaks[0]:.2f} times that of the first, which has "
        f"one part, {peaks[2] / peaks[1]:.2f} times that of the second, which holds two at a time"
    )


_BULK_EVENT = {"time": "2026-03-01T06:00:00Z", "sources": {"my_playlists": True}}


def _check(run: Run, entries: int) -> None:
    if (run.summary["status"], run.summary["entries"]) != ("complete", entries):
        raise RuntimeError(f"Expected a complete run of {entries:,} entries, got {run.summary}")


if __name__ == "__main__":
    typer.run(main)
