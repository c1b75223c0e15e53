from datetime import UTC, datetime
from typing import Any

import pytest

from spotify_pipeline.extract.event import RunRequest

NOW = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
ID = "37i9dQZF1DXcBWIGoYBM5M"
EVENT: dict[str, Any] = {
    "time": "2026-03-01T06:00:00Z",
    "schedule": "daily",
    "sources": {"my_playlists": True, "playlists": [ID]},
}


def request(**changes: object) -> RunRequest:
    return RunRequest.from_event({**EVENT, **changes}, NOW)


def test_a_retried_event_is_the_same_run() -> None:
    assert request(attempt=2).run_id == request().run_id
    assert request().run_id.startswith("20260301T060000Z-daily-")


def test_other_sources_at_the_same_time_are_another_run() -> None:
    assert request(sources={"my_playlists": True}).run_id != request().run_id


def test_the_logical_day_is_that_of_the_scheduled_time_in_utc() -> None:
    assert request(time="2026-03-01T23:30:00-02:00").ingest_date == "2026-03-02"


def test_an_event_needs_only_sources() -> None:
    made = RunRequest.from_event({"sources": {"my_playlists": True}}, NOW)
    assert (made.schedule, made.ingest_date, made.attempt) == ("manual", "2026-03-01", 1)


def test_a_playlist_named_twice_in_two_forms_is_one() -> None:
    sources = {"playlists": [ID, f"spotify:playlist:{ID}"]}
    assert request(sources=sources).sources.playlist_ids == [ID]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sources": {"playlists": ["nope"]}}, "'nope' is not a Spotify playlist"),
        ({"sources": {"songs": []}}, "unknown field `songs`"),
        ({"schedule": "Daily"}, "schedule 'Daily' must match"),
        ({"time": "2026-03-01T06:00:00"}, "needs a zone"),
        ({"refresh": "all"}, "Invalid enum value 'all'"),
        ({"attempt": 0}, "attempt must be at least 1"),
        ({"surprise": 1}, "unknown field `surprise`"),
    ],
)
def test_a_bad_event_is_refused_by_field(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="The extract event is not valid") as refused:
        request(**changes)
    assert said in str(refused.value)
