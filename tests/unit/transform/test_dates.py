from datetime import date, timedelta

import pytest
from msgspec import UNSET

from spotify_pipeline.transform.rows.dates import release_day


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
        ("99999", None),
        ("1969-12-31", date(1969, 12, 31)),
    ],
)
def test_a_release_date_is_the_first_day_of_its_period(text: str, day: date | None) -> None:
    days = release_day(text)
    assert days is not UNSET
    assert (None if days is None else date(1970, 1, 1) + timedelta(days)) == day
