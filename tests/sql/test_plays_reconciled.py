"""Plays of the API and of exports on small data, matched by hand."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from tests.sql.conftest import Database

Report = Callable[..., None]

API = {"origin": "api", "source": "recently-played"}
EXTENDED = {"origin": "extended", "source": "audio.json"}
ACCOUNT_DATA = {"origin": "account-data", "source": "music.json"}


@pytest.fixture
def report(database: Database) -> Report:
    """Insert a report of a play of 2026-03-01 at a time of that day; of its own run by default."""
    numbers = count()

    def insert(origin: dict[str, str], at: str, track: str | None = "song", **more: Any) -> None:
        number = next(numbers)
        for name in ("played_at", "started_at"):
            value = at if name == "played_at" else more.get(name)
            more[name] = value and f"2026-03-01 {value}+00"
        row = {
            "position": number,
            "run_id": f"r{number:03}",
            "ingest_date": "2026-03-01",
            **origin,
            **_item(track, origin),
        }
        database.insert("plays", **{**row, **more})

    return insert


def _item(track: str | None, origin: dict[str, str]) -> dict[str, str]:
    if track is None:
        return {}
    names = {"item_type": "track", "item_name": track.title(), "artist_name": "Ann"}
    ids = {"track_id": track, "uri": f"spotify:track:{track}"}
    return names if origin is ACCOUNT_DATA else {**names, **ids}


def found(database: Database) -> list[tuple[str, str, float | None]]:
    """Time, origin and distance of each play, in order."""
    rows = database.columns("plays_reconciled", "played_at", "origin", "match_seconds")
    return sorted((f"{at:%H:%M:%S}", origin, seconds) for at, origin, seconds in rows)


def test_a_play_that_both_reported_has_the_exports_times_and_the_apis_context(
    database: Database, report: Report
) -> None:
    report(API, "10:03:00.400", context_type="playlist", context_uri="spotify:playlist:p")
    report(EXTENDED, "10:03:00", ms_played=180_000, started_at="10:00:00", skipped=False)
    [row] = database.rows("plays_reconciled")
    assert row["origin"] == "api+extended"
    assert row["played_at"] == row["export_ended_at"]
    assert f"{row['api_played_at']:%S.%f}" == "00.400000"
    assert round(row["match_seconds"], 3) == 0.4
    assert (row["context_type"], row["ms_played"], row["track_id"]) == ("playlist", 180_000, "song")


@pytest.mark.parametrize(
    ("at", "distance"),
    [
        pytest.param("10:10:30", 30, id="the end"),
        pytest.param("10:00:20", 20, id="the start"),
        pytest.param("10:07:20", 20, id="as if it began late, since a pause was not counted"),
        pytest.param("10:04:00", 180, id="within a pause"),
        pytest.param("10:11:01", None, id="after it"),
        pytest.param("09:58:59", None, id="before it"),
    ],
)
def test_the_time_of_the_api_may_be_any_of_a_paused_play(
    database: Database, report: Report, at: str, distance: float | None
) -> None:
    """Three minutes of sound from 10:00 to 10:10."""
    report(API, at)
    report(EXTENDED, "10:10:00", ms_played=180_000, started_at="10:00:00")
    distances = [row[2] for row in found(database)]
    assert distances == ([None, None] if distance is None else [distance])


def test_a_play_with_a_pause_may_end_with_the_session(database: Database, report: Report) -> None:
    """A minute of sound and a pause from 10:00 on; its end was reported ten minutes later."""
    report(API, "10:10:00")
    more = {"started_at": "10:00:00", "reason_end": "logout"}
    report(EXTENDED, "10:20:00", ms_played=60_000, **more)
    assert [origin for _, origin, _ in found(database)] == ["api+extended"]


def test_a_play_that_ended_with_the_session_may_have_no_start(
    database: Database, report: Report
) -> None:
    report(API, "10:01:00")
    report(EXTENDED, "10:20:00", ms_played=60_000, reason_end="logout")
    assert [origin for _, origin, _ in found(database)] == ["api+extended"]


def test_repeats_are_matched_in_order(database: Database, report: Report) -> None:
    """The second is reported by its start, where the first one ends."""
    for at in ("10:03:00.300", "10:03:00.301", "10:09:00.500"):
        report(API, at)
    for at, start in (("10:03:00", "10:00:00"), ("10:06:00", "10:03:00"), ("10:09:00", "10:06:00")):
        report(EXTENDED, at, ms_played=180_000, started_at=start)
    assert [(at, origin) for at, origin, _ in found(database)] == [
        ("10:03:00", "api+extended"),
        ("10:06:00", "api+extended"),
        ("10:09:00", "api+extended"),
    ]


def test_repeats_that_the_api_did_not_report_stay(database: Database, report: Report) -> None:
    report(API, "10:06:00.200")
    for at in ("10:03:00", "10:06:00", "10:09:00"):
        report(EXTENDED, at, ms_played=180_000)
    origins = [origin for _, origin, _ in found(database)]
    assert origins == ["extended", "api+extended", "extended"]


def test_another_track_at_the_same_time_is_another_play(database: Database, report: Report) -> None:
    report(API, "10:03:00", "song")
    report(EXTENDED, "10:03:00", "tune", ms_played=0)
    assert [origin for _, origin, _ in found(database)] == ["api", "extended"]


def test_a_second_id_of_a_recording_is_known_by_its_name(
    database: Database, report: Report
) -> None:
    report(API, "10:03:00", "song")
    report(EXTENDED, "10:03:00", "song", track_id="twin", uri="spotify:track:twin")
    [row] = database.rows("plays_reconciled")
    assert (row["origin"], row["track_id"], row["uri"]) == (
        "api+extended",
        "song",
        "spotify:track:song",
    )


@pytest.mark.parametrize(("at", "plays"), [("10:03:03", 1), ("10:03:30", 2)])
def test_a_record_without_names_is_known_by_its_time_alone(
    database: Database, report: Report, at: str, plays: int
) -> None:
    report(API, at)
    report(EXTENDED, "10:03:00", None, ms_played=180_000)
    rows = database.rows("plays_reconciled")
    assert len(rows) == plays
    assert (rows[0]["item_name"], rows[0]["origin"]) == ("Song", "api+extended") or plays == 2


def test_a_record_without_names_yields_to_one_with_names(
    database: Database, report: Report
) -> None:
    report(API, "10:03:01")
    report(EXTENDED, "10:03:01", None, ms_played=180_000)
    report(EXTENDED, "10:03:30", ms_played=180_000)
    assert [row[:2] for row in found(database)] == [
        ("10:03:01", "extended"),
        ("10:03:30", "api+extended"),
    ]


def test_the_api_reports_a_play_once_however_often_it_is_fetched(
    database: Database, report: Report
) -> None:
    for _ in range(3):
        report(API, "10:03:00.123")
    report(API, "10:06:00.123")
    assert found(database) == [("10:03:00", "api", None), ("10:06:00", "api", None)]


def test_two_exports_of_the_same_time_are_a_multiset(database: Database, report: Report) -> None:
    """The larger number of equal records stays, whatever their files are called."""
    for run, source, times in (("r1", "a.json", 2), ("r2", "b.json", 3), ("r2", "c.json", 1)):
        for _ in range(times):
            report(EXTENDED, "10:03:00", ms_played=0, run_id=run, source=source)
    report(EXTENDED, "10:03:00", ms_played=1, run_id="r1")
    assert len(found(database)) == 5


def test_account_data_holds_the_minute_in_which_a_play_ended(
    database: Database, report: Report
) -> None:
    report(API, "10:03:59.900", "song")
    report(API, "10:29:00", "tune")
    report(ACCOUNT_DATA, "10:03:00", "song", ms_played=180_000)
    report(ACCOUNT_DATA, "10:31:00", "other", ms_played=30_000)
    report(ACCOUNT_DATA, "10:32:00", "tune", ms_played=30_000)
    assert found(database) == [
        ("10:03:00", "api+account-data", 0),
        ("10:29:00", "api", None),
        ("10:31:00", "account-data", None),
        ("10:32:00", "account-data", None),
    ]


def test_a_paused_play_of_account_data_began_after_the_one_before_it(
    database: Database, report: Report
) -> None:
    report(API, "10:03:20", "tune")
    report(ACCOUNT_DATA, "10:03:00", "song", ms_played=180_000)
    report(ACCOUNT_DATA, "10:09:00", "tune", ms_played=60_000)
    assert found(database) == [
        ("10:03:00", "account-data", None),
        ("10:09:00", "api+account-data", 0),
    ]


def test_the_extended_history_replaces_account_data_of_its_time(
    database: Database, report: Report
) -> None:
    for at in ("10:03:00", "10:04:00", "10:20:00", "10:30:00", "10:31:00"):
        report(ACCOUNT_DATA, at, ms_played=180_000)
    report(EXTENDED, "10:04:20", ms_played=180_000)
    report(EXTENDED, "10:30:00", ms_played=180_000)
    assert [row[:2] for row in found(database)] == [
        ("10:03:00", "account-data"),
        ("10:04:20", "extended"),
        ("10:30:00", "extended"),
        ("10:31:00", "account-data"),
    ]


def test_a_start_years_before_its_end_costs_no_more_than_a_month(
    database: Database, report: Report
) -> None:
    report(EXTENDED, "10:03:00", ms_played=10**12)
    database.insert(
        "plays",
        **EXTENDED,
        played_at="2026-03-01 12:00:00+00",
        started_at="2010-01-01 00:00:00+00",
        position=99,
    )
    assert len(found(database)) == 2
