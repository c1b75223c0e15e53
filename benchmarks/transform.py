"""Benchmark of the transform: a part of 100,000 entries, compared with decoding it only.

`python -m benchmarks.transform` prints tables, and writes figures and a chart to
`benchmarks/results`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import altair as alt
from rich.console import Console
from rich.table import Table

from benchmarks.large_part import raw_part
from fake_spotify.regime import Regime

ENTRIES = 100_000
SMALL = 10_000
ROUNDS = 5
VARIANTS = ("floor", "bare", "whole")
SHAPES = {"legacy `track`": Regime.EXT, "`item`": Regime.NEW_DEV}
RESULTS = Path(__file__).parent / "results"

Figures = dict[str, Any]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shapes = [_shape(name, regime, Path(folder)) for name, regime in SHAPES.items()]
        growth = _growth(Path(folder))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "transform.json").write_text(
        json.dumps({"shapes": shapes, "growth": growth}, indent=2) + "\n"
    )
    console = Console(width=110)
    console.print(_shapes_table(shapes), _growth_table(growth))
    _chart(shapes, growth).save(RESULTS / "transform.svg")


def _shape(name: str, regime: Regime, folder: Path) -> Figures:
    """Medians over rounds; each round measures the variants in sequence."""
    file = folder / f"{regime}.gz"
    file.write_bytes(raw_part(ENTRIES, regime)[1])
    rounds = [{variant: _measure(variant, file) for variant in VARIANTS} for _ in range(ROUNDS)]
    return {
        "shape": name,
        **{
            f"{variant}_entries_a_second": round(
                ENTRIES / median(r[variant]["seconds"] for r in rounds)
            )
            for variant in VARIANTS
        },
        "ratio_to_floor": _ratio(rounds, "floor"),
        "ratio_to_bare": _ratio(rounds, "bare"),
        "peak_mb": round(max(r["whole"]["peak"] for r in rounds)),
        "idle_mb": round(median(r["whole"]["idle"] for r in rounds)),
    }


def _ratio(rounds: list[dict[str, Figures]], variant: str) -> float:
    """Throughput of the whole transform relative to a variant: the median over the rounds.

    Other load on the machine affects both measurements of a round.
    """
    return round(float(median(r[variant]["seconds"] / r["whole"]["seconds"] for r in rounds)), 2)


def _growth(folder: Path) -> list[Figures]:
    """One process that transforms 1, 10 and 100 parts."""
    file = folder / "small.gz"
    file.write_bytes(raw_part(SMALL, Regime.NEW_DEV)[1])
    measured = {times: _measure("whole", file, times) for times in (1, 10, 100)}
    return [
        {
            "parts": times,
            "seconds_a_part": round(figures["seconds"] / times, 3),
            "peak_mb": round(figures["peak"]),
        }
        for times, figures in measured.items()
    ]


def _measure(variant: str, file: Path, times: int = 1) -> Figures:
    command = [sys.executable, "-m", "benchmarks.transform_process", variant, str(file), str(times)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def _shapes_table(shapes: list[Figures]) -> Table:
    table = Table(title=f"One part of {ENTRIES:,} entries, {ROUNDS} rounds")
    for column in (
        "shape",
        "entries/s",
        "floor: entries/s",
        "ratio",
        "decoded at once: entries/s",
        "ratio",
        "peak MB",
        "idle MB",
    ):
        table.add_column(column, justify="left" if column == "shape" else "right")
    for row in shapes:
        table.add_row(
            row["shape"],
            f"{row['whole_entries_a_second']:,}",
            f"{row['floor_entries_a_second']:,}",
            f"{row['ratio_to_floor']:.2f}",
            f"{row['bare_entries_a_second']:,}",
            f"{row['ratio_to_bare']:.2f}",
            str(row["peak_mb"]),
            str(row["idle_mb"]),
        )
    return table


def _growth_table(growth: list[Figures]) -> Table:
    table = Table(title=f"Parts of {SMALL:,} entries in sequence, in one process")
    for column in ("parts", "seconds per part", "peak MB"):
        table.add_column(column, justify="right")
    for row in growth:
        table.add_row(str(row["parts"]), f"{row['seconds_a_part']:.3f}", str(row["peak_mb"]))
    return table


def _chart(shapes: list[Figures], growth: list[Figures]) -> Any:
    names = {"floor": "floor", "bare": "decoded at once", "whole": "whole transform"}
    speeds = [
        {
            "shape": row["shape"].replace("`", ""),
            "variant": name,
            "entries a second": row[f"{variant}_entries_a_second"],
        }
        for row in shapes
        for variant, name in names.items()
    ]
    bars = (
        alt.Chart(_data(speeds), title=f"A part of {ENTRIES:,} entries")
        .mark_bar()
        .encode(
            x=alt.X("entries a second:Q"),
            y=alt.Y("variant:N", title=None, sort=list(names.values())),
            row=alt.Row("shape:N", title=None),
        )
    )
    lines = (
        alt.Chart(_data(growth), title="Parts in one process")
        .mark_line(point=True)
        .encode(
            x=alt.X("parts:Q", scale=alt.Scale(type="log")),
            y=alt.Y("peak_mb:Q", title="peak MB", scale=alt.Scale(domainMin=0)),
        )
    )
    return bars | lines


def _data(values: list[Figures]) -> Any:
    return alt.Data(values=values)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
