"""Imports an extended streaming history of many plays, transforms it and runs the view.

The bucket is a folder. Each step is a process of its own, whose memory is its peak.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from benchmarks.imports.export import write_export


def main(
    plays: Annotated[int, typer.Option(min=1, help="Plays in the export.")] = 1_000_000,
) -> None:
    """Measure the steps, and check that no play is lost."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        export = folder / "my_spotify_data.zip"
        unreadable = write_export(export, plays)
        print(f"{plays:,} plays, {export.stat().st_size / 1e6:,.0f} MB zipped")
        imported = _measure("importing", export, folder)
        transformed = _measure("transforming", export, folder)
        reconciled = _measure("reconciling", export, folder)
    assert imported["plays"] == plays, "not every play was imported"
    assert transformed["rejected"] == unreadable, "others than the unreadable plays were rejected"
    assert transformed["rows"] == plays - unreadable, "a play has no row"
    assert reconciled["rows"] == transformed["rows"], "a play is shown twice, or lost"
    print(f"rows = plays - rejected: {transformed['rows']:,} = {plays:,} - {unreadable:,}")


def _measure(step: str, export: Path, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.imports.process", step, str(export), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    counts = ", ".join(f"{value:,} {name}" for name, value in list(found.items())[3:])
    print(
        f"{step}: {found['seconds']:.1f} s ({found['processor']:.1f} s of the processor), "
        f"{found['megabytes']:,.0f} MB; {counts}"
    )
    return found


if __name__ == "__main__":
    typer.run(main)
