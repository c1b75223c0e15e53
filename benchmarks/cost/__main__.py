"""The monthly cost of an environment by the number of playlists that are read every day.

Measures a day of each size on the emulator, and multiplies with AWS's list prices for us-east-1.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from benchmarks.cost import prices
from benchmarks.laboratory import laboratory
from local.deployment import ROOT
from stacks.configuration import Configuration, load

FOLDER = ROOT / ".local" / "bench"
SIZES = (10, 100, 1_000)
ENTRIES = 100
"""Entries of each playlist."""

_DAYS = ("2026-03-01", "2026-03-02")
"""The second day is measured: the state is there, and `refresh` reads every playlist again."""


def main(
    port: Annotated[int, typer.Option(envvar="PORT", help="The emulator's port.")] = 4566,
) -> None:
    """Measure, print the arithmetic and write it to a file."""
    lines = list(_report(port, load("prod", {})))
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "cost.md").write_text("\n".join([*lines, ""]))
    print(*lines, sep="\n")


def _report(port: int, configuration: Configuration) -> Iterator[str]:
    days = {size: _measure(port, size) for size in SIZES}
    rows = {size: prices.monthly(day, configuration) for size, day in days.items()}
    yield from _table("measured in a day", [prices.quantities(day) for day in days.values()])
    yield ""
    totals = [sum(row.values()) for row in rows.values()]
    shown = [{name: f"{usd:.2f}" for name, usd in row.items()} for row in rows.values()]
    for row, total in zip(shown, totals, strict=True):
        row["**total**"] = f"**{total:.2f}**"
    yield from _table("USD a month", shown)


def _table(title: str, columns: list[dict[str, str]]) -> Iterator[str]:
    yield f"| {title} | {' | '.join(f'{size:,} playlists' for size in SIZES)} |"
    yield f"|---|{'---:|' * len(SIZES)}"
    for name in columns[0]:
        yield f"| {name} | {' | '.join(column[name] for column in columns)} |"


def _measure(port: int, playlists: int) -> dict[str, Any]:
    with laboratory(FOLDER / "laboratory", port, "--bulk", f"{playlists}x{ENTRIES}") as lab:
        for day in _DAYS:
            event = {
                "time": f"{day}T06:00:00Z",
                "schedule": "daily",
                "sources": {"my_playlists": True},
                "refresh": "full",
            }
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.cost.process", json.dumps(event)],
                cwd=ROOT,
                env=lab.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(done.stderr[-2000:])
            *log, result = done.stdout.splitlines()
            found: dict[str, Any] = json.loads(result) | {"log_bytes": sum(map(len, log))}
    if found["entries"] != playlists * ENTRIES:
        raise RuntimeError(f"Expected {playlists * ENTRIES:,} entries, got {found['entries']:,}")
    return found


if __name__ == "__main__":
    typer.run(main)
