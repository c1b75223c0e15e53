"""Copies of transformed days at other days."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from operations.deployment import Deployment
from spotify_pipeline.keys import Part
from spotify_pipeline.transform.frames import parquet
from stacks.configuration import load
from tests.conftest import Aws
from tests.trino.history import Days, History, shifted, shifted_part

PART = Part("2026-02-27", "20260227T060000Z-daily-01234567", "0000")


def test_a_copy_is_the_part_of_a_run_on_another_day() -> None:
    later = Part("2026-03-02", "20260302T060000Z-daily-01234567", "0000")
    assert shifted_part(PART, 3) == later
    assert shifted_part(later, -3) == PART


def test_times_move_and_dates_stay() -> None:
    rows = pl.DataFrame(
        {
            "snapshot_id": ["s", None],
            "release_date": [date(1999, 1, 1), None],
            "added_at": [datetime(2026, 2, 27, 6, tzinfo=UTC), None],
            "run_id": [PART.run_id, PART.run_id],
        }
    )
    moved = shifted(rows, PART, 3, 2)
    assert moved.schema == rows.schema
    assert moved.rows() == [
        (
            "s-2",
            date(1999, 1, 1),
            datetime(2026, 3, 2, 6, tzinfo=UTC),
            shifted_part(PART, 3).run_id,
        ),
        (None, None, None, shifted_part(PART, 3).run_id),
    ]


def test_the_newest_copy_keeps_its_snapshots() -> None:
    rows = pl.DataFrame({"snapshot_id": ["s"], "raw_key": [PART.raw_key]})
    assert shifted(rows, PART, 1, 0).rows() == [("s", shifted_part(PART, 1).raw_key)]


def test_days_count_both_ends() -> None:
    assert Days(date(2026, 2, 27), date(2026, 3, 2)).count == 4


@pytest.fixture
def history(aws: Aws) -> History:
    """Two days of one playlist."""
    for day in (1, 2):
        run_id = f"202602{day:02}T060000Z-daily-01234567"
        part = Part(f"2026-02-{day:02}", run_id, "0000")
        rows = pl.DataFrame({"snapshot_id": [f"s{day}"], "run_id": [run_id]})
        aws.s3.put_object(Bucket=aws.bucket, Key=part.table_key("playlists"), Body=parquet(rows))
    return History(Deployment({"BucketName": aws.bucket}, load("local", {})))


def test_a_longer_history_leaves_the_later_days_as_they_are(aws: Aws, history: History) -> None:
    short = aws.transformed()
    assert history.extend(2) == history.days
    assert aws.transformed() == short
    assert history.extend(5) == Days(date(2026, 1, 29), date(2026, 2, 2))
    long = aws.transformed()
    assert {key: long[key] for key in short} == short
    read = pl.concat([pl.read_parquet(file) for file in long.values()])
    assert read["snapshot_id"].to_list() == ["s2-2", "s1-1", "s2-1", "s1", "s2"]
    assert read["run_id"].n_unique() == 5


def test_plays_of_many_days_repeat_after_as_many(aws: Aws) -> None:
    part = Part("2026-02-02", "20260202T060000Z-import-01234567", "0000")
    rows = pl.DataFrame({"played_at": [datetime(2026, 2, 1, tzinfo=UTC)]})
    aws.s3.put_object(Bucket=aws.bucket, Key=part.table_key("plays"), Body=parquet(rows))
    History(Deployment({"BucketName": aws.bucket}, load("local", {}))).extend(62)
    read = pl.concat([pl.read_parquet(file) for file in aws.transformed().values()])
    assert [str(time.date()) for time in read["played_at"]] == [
        "2025-12-03",
        "2026-01-02",
        "2026-02-01",
    ]
