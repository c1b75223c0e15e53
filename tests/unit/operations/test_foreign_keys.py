"""Objects below `raw-data/` that are not raw parts."""

from datetime import date

import pytest

from local.pipeline import Pipeline
from operations.raw_parts import days_with_raw_data
from spotify_pipeline.keys import Part
from tests.conftest import Aws
from tests.unit.operations.conftest import WorkingDeployment

PART = Part("2026-03-01", "20260301T060000Z-daily-0a1b2c3d", "0000")


@pytest.fixture
def foreign(aws: Aws) -> Aws:
    """A bucket with one raw part and foreign objects of every kind beside it."""
    for key in (
        PART.raw_key,
        "raw-data/",
        "raw-data/ingest_date=2026-03-01/",
        "raw-data/ingest_date=2026-02-30/x",
        "raw-data/ingest_date=2026-٠٣-٠١/x",
        "raw-data/notes.txt",
    ):
        aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=b"")
    return aws


def test_a_folder_that_is_not_a_day_is_not_listed(foreign: Aws) -> None:
    days = days_with_raw_data(foreign.s3, foreign.bucket, date(2026, 1, 1), date(2026, 12, 31))
    assert days == [date(2026, 3, 1)]


def test_waiting_ignores_foreign_objects(foreign: Aws, deployment: WorkingDeployment) -> None:
    foreign.s3.put_object(Bucket=foreign.bucket, Key=PART.table_key("tracks"), Body=b"")
    Pipeline(deployment).wait()
