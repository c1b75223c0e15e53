"""The extract function: requests against the fewest, time against latency, memory as it grows."""

from collections.abc import Iterator
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
_LATENCY_MS = 50
_CONCURRENCIES = (4, 8)


def main(
    port: Annotated[int, typer.Option(envvar="PORT", help="The emulator's port.")] = 4566,
) -> None:
    """Measure, print, and write to a file."""
    lines = [*_calls(port), "", *_latency(port), "", *_memory(port)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "extract.txt").write_text("\n".join([*lines, ""]))
    print(*lines, sep="\n")


def _calls(port: int) -> Iterator[str]:
    yield "Requests to the Web API against the fewest that the rules allow"
    yield f"{'':24} {'requests':>9} {'fewest':>9} {'ratio':>7}"
    for regime in Regime:
        folder = FOLDER / "laboratory"
        with laboratory(folder, port, "--regime", regime) as here:
            yield from _calls_of(here, regime)
    yield (
        "Fewest: one for 50 playlists of the library, one for 50 entries of each that changed, one "
        "to ask again for each that was refused, and for the snapshots after the walks one each "
        "or one for 50 of the library; of new artists one for 50, of new albums one for 20."
    )


def _calls_of(here: Laboratory, regime: Regime) -> Iterator[str]:
    world, access = synthetic_world(), Access(regime, ME)
    first, second = world.days[:2]
    for what, day, before, hour in (
        ("first run", first, None, "06"),
        ("unchanged day", first, first, "18"),
        ("day with changes", second, first, "06"),
    ):
        here.fake.show(str(day))
        event = {
            "time": f"{day}T{hour}:00:00Z",
            "schedule": "daily",
            "sources": {"my_playlists": True},
        }
        # Without batches a budget bounds enrichment, and no rule.
        requests = 100 if regime.is_full else 0
        made = here.run(event, ENRICHMENT_REQUESTS=requests).summary["api_calls"]
        fewest = _fewest(world, access, day, before)
        yield f"{f'{regime} {what}':24} {made:>9,} {fewest:>9,} {made / fewest:>7.2f}"


def _fewest(world: World, access: Access, day: date, before: date | None) -> int:
    """By section: the library, the pages of what changed, the snapshots after, enrichment."""
    library = [one for one in world.library(day) if access.can_see(one)]
    known = {} if before is None else {one.id: one for one in world.library(before)}
    readable = [one for one in library if access.can_read(one)]
    refused = len(library) - len(readable)
    changed = [one for one in readable if known.get(one.id) != one]
    listing = ceil(len(library) / _PAGE)
    pages = sum(max(1, ceil(len(one.entries) / _PAGE)) for one in changed)
    again = min(len(changed), listing)
    old = _named([one for one in known.values() if access.can_read(one)])
    new = [ids - earlier for ids, earlier in zip(_named(changed), old, strict=True)]
    batches = ceil(len(new[0]) / 50) + ceil(len(new[1]) / 20) if access.regime.is_full else 0
    return listing + pages + refused + again + batches


def _named(playlists: list[Playlist]) -> tuple[set[str], set[str]]:
    """Artists and albums that entries name."""
    items = [entry.item for one in playlists for entry in one.entries]
    tracks = [item for item in items if isinstance(item, Track)]
    artists = {artist.id for one in tracks for artist in (*one.artists, *one.album.artists)}
    return artists, {track.album.id for track in tracks}


def _latency(port: int) -> Iterator[str]:
    yield f"1,000 pages with {_LATENCY_MS} ms of latency a request"
    yield f"{'at once':>9} {'requests':>9} {'seconds':>9} {'ideal':>9} {'ratio':>7}"
    for at_once in _CONCURRENCIES:
        with laboratory(
            FOLDER / "laboratory", port, "--bulk", "20x2500", "--latency-ms", str(_LATENCY_MS)
        ) as here:
            run = here.run(_BULK_EVENT, CONCURRENCY=at_once)
        _check(run, entries=50_000)
        ideal = 1000 * _LATENCY_MS / 1000 / at_once
        calls, ratio = run.summary["api_calls"], run.seconds / ideal
        yield f"{at_once:>9} {calls:>9,} {run.seconds:>9.2f} {ideal:>9.2f} {ratio:>7.2f}"
    yield "Ideal: pages x latency / requests at once. In the seconds is the whole run, S3 included."


def _memory(port: int) -> Iterator[str]:
    yield "Peak memory of the whole process as a run grows"
    yield f"{'entries':>9} {'parts':>6} {'seconds':>9} {'peak MB':>9}"
    peaks = []
    for playlists in (20, 60, 400):
        with laboratory(FOLDER / "laboratory", port, "--bulk", f"{playlists}x1000") as here:
            run = here.run(_BULK_EVENT)
        _check(run, entries=playlists * 1000)
        peaks.append(run.peak_mb)
        parts = run.summary["parts"]
        yield f"{playlists * 1000:>9,} {parts:>6} {run.seconds:>9.1f} {run.peak_mb:>9.0f}"
    yield (
        f"20 times the entries of one part: {peaks[2] / peaks[0]:.2f} times the memory; of several "
        f"parts, of which two are held at a time: {peaks[2] / peaks[1]:.2f} times"
    )


_BULK_EVENT = {"time": "2026-03-01T06:00:00Z", "sources": {"my_playlists": True}}


def _check(run: Run, entries: int) -> None:
    if (run.summary["status"], run.summary["entries"]) != ("complete", entries):
        raise RuntimeError(f"The run is not what it should be: {run.summary}")


if __name__ == "__main__":
    typer.run(main)
