"""Days of hourly runs, from the fake's plays to the view: each play once, and the gap."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.listening import Listening, Play
from fake_spotify.worlds.world import World
from spotify_pipeline.keys import Part
from spotify_pipeline.transform.part import transform_part
from tests.conftest import Aws, set_environment
from tests.sql.conftest import Database
from tests.sql.table_checks import checks
from tests.unit.extract.simulation import START, Simulation, events

HOUR = timedelta(hours=1)
CALL = timedelta(seconds=0.25)
OUTAGE = range(15, 39)
"""The hours without a run: a day of the fake's user, who plays more than a page in it."""

TIMES = [START + hour * HOUR for hour in range(55) if hour not in OUTAGE]

Key = tuple[datetime, str | None]


def key_of(play: Play) -> Key:
    return play.played_at, play.item.id


@pytest.fixture
def tables(world: World, aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The tables after a run at each of the times, which took one call each."""
    fake = FakeSpotify(world)
    with serving(fake) as url:
        set_environment(aws, url, monkeypatch)
        hourly = events("plays", TIMES, recently_played=True)
        summaries = Simulation(fake, 700, monkeypatch).run(hourly, until=TIMES[-1] + HOUR)
    assert {one["status"] for one in summaries} == {"complete"}
    assert fake.log == ["/v1/me/player/recently-played?limit=50"] * len(TIMES)
    database = Database()
    for part in Part.from_raw_keys(aws.raw_keys()):
        if part.name.isdecimal():
            transform_part(aws.s3, aws.bucket, part.raw_key)
    for key, body in aws.transformed().items():
        _, table, day, _ = key.split("/")
        file = tmp_path / "file.parquet"
        file.write_bytes(body)
        database.load(table, file, day.removeprefix("ingest_date="))
    return database


def test_each_play_is_shown_once_and_a_gap_bounds_what_was_lost(
    tables: Database, world: World
) -> None:
    listening = Listening(world)
    pages = [listening.recent(time + CALL) for time in TIMES]
    found = tables.columns("api_plays", "played_at", "track_id")
    shown = {(at.astimezone(UTC), track) for at, track in found}
    assert len(found) == len(shown)
    assert shown == {key_of(play) for page in pages for play in page}

    first, last = pages[OUTAGE.start - 1][0].played_at, pages[OUTAGE.start][-1].played_at
    truth = {key_of(one) for one in listening.plays(START, TIMES[-1]) if one.reported_at}
    assert [at for at, _ in truth - shown if first < at < last]
    bounds = f"gap_from = timestamptz '{first}' and gap_to = timestamptz '{last}'"
    assert tables.count("select * from play_gaps") == 1
    assert tables.count(f"select * from play_gaps where {bounds} and estimated_plays > 0") == 1

    broken = {name: tables.count(query) for name, query in checks().items()}
    assert {name: rows for name, rows in broken.items() if rows} == {}
    assert tables.count("select * from rejected") == 0
    undescribed = "select * from plays where track_id not in (select track_id from tracks)"
    assert tables.count(undescribed) == 0


def test_a_play_without_an_id_is_known_by_its_uri(database: Database) -> None:
    run = {"run_id": "r", "ingest_date": "2026-03-01", "source": "recently-played"}
    for hour in (7, 8):
        for position, uri in enumerate(("spotify:local:::a:1", "spotify:local:::b:1")):
            database.insert(
                "plays",
                origin="api",
                position=position,
                played_at="2026-03-01 06:00:00+00",
                uri=uri,
                extracted_at=f"2026-03-01 {hour:02}:00:00+00",
                **run,
            )
    database.insert("plays", origin="extended", position=0, uri="spotify:local:::c:1", **run)
    uris = sorted(uri for (uri,) in database.columns("api_plays", "uri"))
    assert uris == ["spotify:local:::a:1", "spotify:local:::b:1"]
