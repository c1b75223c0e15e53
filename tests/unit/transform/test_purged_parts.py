"""Raw parts of which an operator has purged everything."""

from datetime import UTC, datetime

from spotify_pipeline.raw import purged_record
from spotify_pipeline.transform.conversion import Totals
from tests.unit.transform.raw_lines import PART, Result, read


def test_a_part_of_which_all_was_purged_has_no_rows() -> None:
    record = purged_record(PART.run_id, datetime(2026, 3, 1, tzinfo=UTC))
    assert read(record) == Result({}, Totals())
