"""The times of a cron expression; weekdays are numbered from Sunday, as EventBridge does."""

from datetime import UTC, datetime, timedelta

import pytest

from stacks.cron.times import Cron

# A Wednesday.
NOW = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)


def text(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else None


@pytest.mark.parametrize(
    ("expression", "last", "following"),
    [
        ("0 6 * * ? *", "2026-11-25 06:00", "2026-11-26 06:00"),
        ("30 17 * * ? *", "2026-11-25 17:30", "2026-11-26 17:30"),
        ("0/20 */6 * * ? *", "2026-11-25 12:40", "2026-11-25 18:00"),
        ("10-50/20 6 * * ? *", "2026-11-25 06:50", "2026-11-26 06:10"),
        ("0 22-2 * * ? *", "2026-11-25 02:00", "2026-11-25 22:00"),
        ("0 6 1,15 * ? *", "2026-11-15 06:00", "2026-12-01 06:00"),
        ("0 6 1,L * ? *", "2026-11-01 06:00", "2026-11-30 06:00"),
        ("0 6 LW * ? *", "2026-10-30 06:00", "2026-11-30 06:00"),
        ("0 6 15W * ? *", "2026-11-16 06:00", "2026-12-15 06:00"),
        ("0 6 1W AUG ? *", "2026-08-03 06:00", "2027-08-02 06:00"),
        ("0 6 31W * ? *", "2026-10-30 06:00", "2026-12-31 06:00"),
        ("0 6 29 2 ? *", "2024-02-29 06:00", "2028-02-29 06:00"),
        ("0 6 ? * MON-FRI *", "2026-11-25 06:00", "2026-11-26 06:00"),
        ("0 6 ? * fri-mon *", "2026-11-23 06:00", "2026-11-27 06:00"),
        ("0 6 ? * 1 *", "2026-11-22 06:00", "2026-11-29 06:00"),
        ("0 6 ? * L *", "2026-11-21 06:00", "2026-11-28 06:00"),
        ("0 6 ? * 6L *", "2026-10-30 06:00", "2026-11-27 06:00"),
        ("0 6 ? * 2#1,4#3 *", "2026-11-18 06:00", "2026-12-07 06:00"),
        ("0 6 1 JAN ? 2024/2", "2026-01-01 06:00", "2028-01-01 06:00"),
        ("0 6 1 1 ? 2020", "2020-01-01 06:00", None),
        ("0 6 1 1 ? 2030", None, "2030-01-01 06:00"),
    ],
)
def test_times_before_and_after_a_moment(
    expression: str, last: str | None, following: str | None
) -> None:
    cron = Cron.parse(expression)
    assert (text(cron.last_time(NOW)), text(cron.next_time(NOW))) == (last, following)


def test_a_time_zone_follows_daylight_saving_time() -> None:
    cron = Cron.parse("0 6 * * ? *", "Europe/Berlin")
    assert text(cron.next_time(NOW)) == "2026-11-26 05:00"
    assert text(cron.next_time(NOW - timedelta(days=150))) == "2026-06-29 04:00"


def test_a_local_time_that_clocks_skip_does_not_occur() -> None:
    cron = Cron.parse("30 2 * * ? *", "Europe/Berlin")
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert text(cron.next_time(before)) == "2026-03-30 00:30"


def test_a_local_time_that_repeats_occurs_once() -> None:
    cron = Cron.parse("30 2 * * ? *", "Europe/Berlin")
    first = cron.next_time(datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert text(first) == "2026-10-25 00:30"
    assert first
    assert text(cron.next_time(first)) == "2026-10-26 01:30"
