"""Benchmark of the extract function: request counts, wall time under latency, peak memory."""

from collections.abc import Iterator
from typing import Annotated

import typer

from benchmarks import calls
from benchmarks.laboratory import Run, laboratory
from local.deployment import ROOT

FOLDER = ROOT / ".local" / "bench"
_LATENCY_MS = 50
_CONCURRENCIES = (4, 8)


def main(
    port: Annotated[int, typer.Option(envvar="PORT", help="The emulator's port.")] = 4566,
) -> None:
    """Run all measurements, print the results and write them to a file."""
    lines = [*calls.measure(port), "", *_latency(port), "", *_memory(port)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "extract.txt").write_text("\n".join([*lines, ""]))
    print(*lines, sep="\n")


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
        requests, ratio = run.summary["api_calls"], run.seconds / ideal
        yield f"{parallel:>9} {requests:>9,} {run.seconds:>9.2f} {ideal:>9.2f} {ratio:>7.2f}"
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
