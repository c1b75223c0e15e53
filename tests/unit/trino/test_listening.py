"""The gaps that the comparison with Trino stores."""

import io
from datetime import UTC, datetime

import polars as pl

from spotify_pipeline.keys import Part
from spotify_pipeline.transform.part import transform_part
from tests.conftest import Aws
from tests.trino.listening import gaps_part, is_of_plays

NOW = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)


def test_one_gap_is_within_the_days_of_the_export_and_one_before(aws: Aws) -> None:
    part, body = gaps_part(NOW)
    aws.s3.put_object(Bucket=aws.bucket, Key=part.raw_key, Body=body)
    transform_part(aws.s3, aws.bucket, part.raw_key)
    gaps = pl.read_parquet(io.BytesIO(aws.transformed()[part.table_key("play_gaps")]))
    assert [str(gap.date()) for gap in gaps["gap_from"]] == ["2026-11-24", "2026-10-25"]
    assert [str(gap.date()) for gap in gaps["gap_to"]] == ["2026-11-25", "2026-10-26"]


def test_runs_of_plays_are_told_from_those_of_playlists() -> None:
    part, _ = gaps_part(NOW)
    assert is_of_plays(part)
    assert is_of_plays(Part("2026-11-26", "20261126T033000Z-import-01234567", "0000"))
    assert not is_of_plays(Part("2026-11-26", "20261126T060000Z-daily-01234567", "0000"))
