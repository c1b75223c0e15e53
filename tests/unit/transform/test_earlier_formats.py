"""Raw parts of the format before playlists contained their first page stay readable.

The files are parts of a synthetic library under each regime, with an album and an artist; all pages
of entries are records of their own.
"""

from pathlib import Path

import pytest

from spotify_pipeline import tables
from spotify_pipeline.transform.conversion import read_part
from tests.unit.transform.raw_lines import PART, Result, rows

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("regime", "entries", "tracks"),
    [("ext", 184, 260), ("old-dev", 184, 260), ("new-dev", 164, 252)],
)
def test_a_part_without_embedded_pages_is_read_whole(
    regime: str, entries: int, tracks: int
) -> None:
    part = (GOLDEN / f"{regime}.jsonl.gz").read_bytes()
    outcome = read_part(PART, lambda: part)
    result = Result(outcome.files, outcome.totals)
    assert (result.totals.received, result.totals.stored) == (entries, entries)
    assert len(rows(result, tables.TRACKS)) == tracks
    walked = [row for row in rows(result, tables.PLAYLISTS) if row["status"] == "walked"]
    assert len(walked) == (4 if regime == "new-dev" else 5)
    assert all(row["stored_entries"] == row["total_entries"] for row in walked)
