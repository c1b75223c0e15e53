"""From the fake's plays to the view: runs, an outage, and an export that fills the gap."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fake_spotify.worlds.listening import Play
from fake_spotify.worlds.world import World
from tests.conftest import Aws
from tests.sql.conftest import Database
from tests.sql.listening_month import Month
from tests.unit.extract.simulation import START

OUTAGE = range(15, 39)
TIMES = [START + timedelta(hours=hour) for hour in range(0, 54, 3) if hour not in OUTAGE]
CALL = timedelta(seconds=0.25)
NOW = TIMES[-1]


@pytest.fixture
def month(aws: Aws, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Month:
    found = Month(aws, world, tmp_path)
    found.extract(TIMES, monkeypatch)
    return found


def ends(plays: list[Play]) -> Counter[tuple[datetime, int]]:
    """What identifies a play in both exports: the minute of its end, unless it was a logout."""
    return Counter(
        (play.ended_at.replace(second=0, microsecond=0), play.ms_played)
        for play in plays
        if play.reason_end != "logout"
    )


def shown(tables: Database) -> Counter[tuple[datetime, int]]:
    rows = tables.rows("plays_reconciled")
    return Counter((_minute(row), row["ms_played"]) for row in rows)


def _minute(row: dict[str, Any]) -> datetime:
    at: datetime = row["played_at"]
    return at.replace(second=0, microsecond=0)


def test_an_export_fills_a_gap_and_each_play_is_shown_once(month: Month) -> None:
    plays = month.plays(NOW)
    assert month.tables().count("select 1 from play_gaps")
    month.import_export("account-data", plays, NOW)
    month.import_export("extended", plays, NOW)
    tables = month.tables()
    assert tables.count("select 1 from rejected") == 0
    rows = tables.rows("plays_reconciled")
    assert len(rows) == len(plays)
    assert not ends(plays) - shown(tables)
    reported = {
        play.played_at for time in TIMES for play in month.fake.listening.recent(time + CALL)
    }
    origins = Counter(row["origin"] for row in rows)
    assert origins == {
        "api+extended": len(reported),
        "extended": len(plays) - len(reported),
    }
    assert {row["api_played_at"] for row in rows} - {None} == reported
