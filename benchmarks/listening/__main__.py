"""Polls thirty days of the fake's plays, imports them from its exports, and checks each row.

Hourly runs with an outage of a day; each month is measured with the extended history, with account
data, and with both. benchmarks.plays measures the runs themselves.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from benchmarks.listening.polling import Polling, run_times
from benchmarks.listening.truth import compare, expected
from fake_spotify.regime import Regime
from fake_spotify.responses import Responses
from fake_spotify.worlds.listening import Listening, Play
from fake_spotify.worlds.synthetic import synthetic_world
from spotify_pipeline.keys import Part
from spotify_pipeline.tables import PLAYS
from tests.conftest import aws_in_memory
from tests.sql.listening_month import Month

_EARLIER = timedelta(days=2)
"""The first page reaches back behind the first run."""

_CASES = {
    "extended": ("extended",),
    "account-data": ("account-data",),
    "both": ("account-data", "extended"),
}


def main(
    months: Annotated[int, typer.Option(min=1, help="Months from March 2026 on.")] = 6,
) -> None:
    """Exit code 1 if a play is shown twice, missing, or matched with the report of another."""
    logging.disable(logging.CRITICAL)
    starts = [datetime(2026 + n // 12, n % 12 + 1, 1, 6, tzinfo=UTC) for n in range(2, months + 2)]
    wrong = [_measure_month(start) for start in starts]
    raise typer.Exit(any(wrong))


def _measure_month(start: datetime) -> int:
    """Print the figures of a month; return the number of wrong rows."""
    listening, times = Listening(synthetic_world()), run_times(start)
    polling = Polling(listening, Responses(Regime.NEW_DEV, "https://api.spotify.com/v1"))
    rows = polling.rows(times)
    plays = listening.plays(start - _EARLIER, times[-1])
    _print_gaps(start, plays, polling)
    wrong = 0
    for case, packages in _CASES.items():
        shown = _shown(rows, packages, plays, times[-1])
        found = compare(shown, expected(packages[-1], plays, polling.listed))
        wrong += found.wrong.total() + found.missing.total()
        print(
            f"  {case}: {len(shown):,} rows, {found.doubles} of the API alone, "
            f"{found.confused} with the report of another play, {found.missing.total()} missing",
            *(f"    {row}" for row in found.rows()),
            sep="\n",
            flush=True,
        )
    return wrong


def _shown(
    rows: bytes, packages: Sequence[str], plays: Sequence[Play], now: datetime
) -> list[dict[str, Any]]:
    """The rows of plays_reconciled after imports of these packages."""
    with aws_in_memory() as aws, TemporaryDirectory() as folder:
        key = Part(f"{now:%Y-%m-%d}", "polled", "0001").table_key(PLAYS.name)
        aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=rows)
        month = Month(aws, synthetic_world(), Path(folder))
        for package in packages:
            month.import_export(package, plays, now)
        return month.tables().rows("plays_reconciled")


def _print_gaps(start: datetime, plays: Sequence[Play], polling: Polling) -> None:
    """How many plays the runs missed, and how many of these are in gaps."""
    end = run_times(start)[-1]
    reported = [one for one in plays if one.reported_at and start < one.reported_at <= end]
    lost = [play for play in reported if play not in polling.listed]
    gaps = polling.gaps
    within = [play for play in lost if any(gap.since < play.played_at < gap.until for gap in gaps)]
    print(
        f"{start:%Y-%m}: {len(plays):,} plays, {len(polling.listed):,} listed, {len(lost):,} lost, "
        f"{len(within):,} of them in {len(gaps)} gaps"
    )


if __name__ == "__main__":
    typer.run(main)
