"""The days of raw data that matter."""

from datetime import UTC, date, datetime

import pytest

from operations.raw_parts import RawObject
from operations.status.raw_data import RawData
from tests.unit.operations.status.snapshots import HOUR, NOW, run_of

DAYS = [NOW - n * 24 * HOUR for n in range(9, -1, -1)]


def raw_data() -> RawData:
    """A day's run records of two schedules, and a part."""
    return RawData({day.date(): list(map(stored, keys_of(day))) for day in DAYS})


def keys_of(day: datetime) -> list[str]:
    runs = [run_of(name, day).run_id for name in ("daily", "monthly")]
    prefix = f"raw-data/ingest_date={day.date()}"
    return [f"{prefix}/{run}/run-1.jsonl.gz" for run in runs] + [
        f"{prefix}/{runs[0]}/0000.jsonl.gz",
        f"{prefix}/note.txt",
    ]


def stored(key: str) -> RawObject:
    return RawObject(key, 1, "a", datetime(2026, 11, 25, tzinfo=UTC))


@pytest.mark.parametrize(
    ("first_days", "monthly"),
    [({}, 7), ({"monthly": DAYS[1].date()}, 9), ({"monthly": DAYS[-1].date()}, 7)],
)
def test_older_run_records_are_those_of_long_periods(
    first_days: dict[str, date], monthly: int
) -> None:
    keys = raw_data().run_record_keys(first_days)
    assert len([key for key in keys if "-monthly-" in key]) == monthly
    assert len([key for key in keys if "-daily-" in key]) == 7


def test_parts_of_the_last_days_leave_out_foreign_objects() -> None:
    parts = list(raw_data().recent_parts())
    assert len(parts) == 7 * 3
    assert {part.ingest_date for part, _ in parts} == {str(day.date()) for day in DAYS[-7:]}
