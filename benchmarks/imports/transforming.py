"""Writes the Parquet files of the raw parts in a folder, by table."""

from pathlib import Path

from spotify_pipeline.keys import Part
from spotify_pipeline.transform.conversion import read_part


def run(_: Path, folder: Path) -> dict[str, int]:
    rows = rejected = 0
    for path in sorted(folder.joinpath("raw-data").rglob("*.gz")):
        outcome = read_part(Part.from_raw_key(str(path.relative_to(folder))), path.read_bytes)
        rows += outcome.totals.rows_stored
        rejected += outcome.totals.rows_rejected
        for table, file in outcome.files.items():
            target = folder / table.name / f"{path.stem}.parquet"
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file)
    return {"rows": rows, "rejected": rejected}
