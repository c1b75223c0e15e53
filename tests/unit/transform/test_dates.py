from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from spotify_pipeline.transform.dates import known_time, release_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1999", date(1999, 1, 1)),
        ("1999-12", date(1999, 12, 1)),
        ("1999-12-31", date(1999, 12, 31)),
        ("0000", None),
        ("1999-02-30", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_release_date_is_the_first_day_of_what_is_stated(
    text: str | None, day: date | None
) -> None:
    assert release_day(text) == day


def test_the_epoch_means_that_spotify_does_not_know() -> None:
    assert known_time(datetime(1970, 1, 1, tzinfo=UTC)) is None
    assert known_time(None) is None


def test_a_time_is_told_in_utc() -> None:
    moment = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    told = known_time(moment)
    assert told == moment
    assert told.tzinfo is UTC
