"""Thirty days of hourly runs that read plays, with an outage of a day, against the fake's truth.

AWS is in memory and the clock is simulated: the figures are counts, and the time of a run is that
of the function's own work.
"""

import io
import logging
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta

import polars as pl
import pytest

from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.listening import Play
from fake_spotify.worlds.synthetic import synthetic_world
from spotify_pipeline.keys import Part
from spotify_pipeline.transform.part import transform_part
from tests.conftest import Aws, aws_in_memory, set_environment
from tests.unit.extract.simulation import START, Simulation, events

_HOURS = 30 * 24
_OUTAGE = range(15 * 24, 16 * 24)
_HOUR = timedelta(hours=1)
_TIMES = [START + hour * _HOUR for hour in range(_HOURS) if hour not in _OUTAGE]


def measure() -> Iterator[str]:
    fake = FakeSpotify(synthetic_world())
    with aws_in_memory() as aws, serving(fake) as url, pytest.MonkeyPatch.context() as patch:
        set_environment(aws, url, patch)
        began = time.perf_counter()
        hourly = events("plays", _TIMES, recently_played=True)
        summaries = Simulation(fake, 700, patch).run(hourly, until=_TIMES[-1] + _HOUR)
        seconds = time.perf_counter() - began
        _transform(aws)
        tables = {name: _rows(aws, name) for name in ("plays", "play_gaps")}
        stored = sum(len(aws.read(key)) for key in aws.raw_keys())
    reported = [one for one in fake.listening.plays(START, _TIMES[-1]) if one.reported_at]
    received = tables["plays"].unique(["played_at", "track_id"])
    found = set(received.select("played_at", "track_id").iter_rows())
    lost = [one for one in reported if (one.played_at, one.item.id) not in found]
    gaps = [(one["gap_from"], one["gap_to"]) for one in tables["play_gaps"].to_dicts()]
    yield f"{len(summaries):,} runs, {fake.requests:,} calls, {seconds / len(summaries):.3f} s each"
    yield f"{sum(one['parts'] for one in summaries):,} pages stored, {stored / 1e6:.1f} MB raw"
    yield f"{len(tables['plays']):,} rows, {len(received):,} plays, of {len(reported):,} reported"
    yield f"{len(lost):,} lost: {len(_within(lost, gaps)):,} in {len(gaps)} gaps"
    yield f"estimates of the gaps: {tables['play_gaps']['estimated_plays'].to_list()}"
    yield f"lost in each: {[len(_within(lost, [gap])) for gap in gaps]}"


def _transform(aws: Aws) -> None:
    for part in Part.from_raw_keys(aws.raw_keys()):
        if part.name.isdecimal():
            transform_part(aws.s3, aws.bucket, part.raw_key)


def _rows(aws: Aws, table: str) -> pl.DataFrame:
    keys = aws.keys(f"transformed-data/{table}/")
    return pl.concat(pl.read_parquet(io.BytesIO(aws.read(key))) for key in keys)


def _within(plays: list[Play], gaps: list[tuple[datetime, datetime]]) -> list[Play]:
    return [one for one in plays if any(low < one.played_at < high for low, high in gaps)]


def main() -> None:
    logging.disable(logging.CRITICAL)
    with redirect_stdout(io.StringIO()):
        lines = list(measure())
    print(*lines, sep="\n")


if __name__ == "__main__":
    main()
