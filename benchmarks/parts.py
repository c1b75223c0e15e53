"""Transforms a backlog of raw parts on the emulator: is the time proportional to their number?

The event source mapping of the transform function is disabled while the parts are stored, so that
all of them wait in the queue. The time runs from the first message received to the empty queue. A
few earlier parts warm up the functions. The small measurement is repeated until it has as many
parts as the large one, half before it and half after, so that other load affects both equally.
"""

from contextlib import nullcontext
from datetime import date, timedelta
from itertools import count
from typing import Annotated

import typer

from benchmarks.raw_parts import ENTRIES
from benchmarks.waiting import Measurement, measure
from local.machine import FOLDER, Spotify, machine

RESULT = FOLDER / "bench" / "parts.txt"
_WARM_UP = 20


def main(
    few: Annotated[int, typer.Option(min=1, help="Parts in the small measurement.")] = 150,
    many: Annotated[
        int, typer.Option(min=1, max=9999, help="Parts in the large measurement.")
    ] = 1500,
    port: Annotated[int, typer.Option(envvar="PORT", help="The emulator's port.")] = 4566,
) -> None:
    """Transform few parts and many parts, and compare the time per part."""
    days = map(str, (date(2026, 1, 1) + timedelta(days=n) for n in count()))
    times = max(many // few, 2)
    with machine(FOLDER / "bench" / "machine", port, Spotify(), nullcontext) as (here, _):
        measure(here, next(days), _WARM_UP)
        small = [measure(here, next(days), few) for _ in range(times // 2)]
        large = measure(here, next(days), many)
        small += [measure(here, next(days), few) for _ in range(times - times // 2)]
        concurrency = here.deployment.configuration.functions.transform.max_concurrency
    typical = Measurement(few, sum(m.seconds for m in small) / times, small[0].files)
    lines = [
        f"{'raw parts':>10} {'seconds':>9} {'parts/s':>9} {'files':>9}",
        f"{typical}  (mean of {times}, {min(m.seconds for m in small):.1f} to "
        f"{max(m.seconds for m in small):.1f} s)",
        f"{large}",
        f"{many / few:.1f} times the parts took {large.seconds / typical.seconds:.1f} times the "
        f"time: {typical.rate / large.rate:.2f} times the time per part",
        f"{ENTRIES} entries per part, at most {concurrency} concurrent invocations. Every part is "
        "transformed, with at most one file per table; the queue and its dead-letter queue are "
        "empty.",
    ]
    RESULT.write_text("\n".join([*lines, ""]))
    print(*lines, sep="\n")


if __name__ == "__main__":
    typer.run(main)
