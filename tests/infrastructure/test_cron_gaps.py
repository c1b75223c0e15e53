"""The longest time between two runs, and the hours that an alarm allows."""

from datetime import timedelta

import pytest

from stacks.cron.gaps import longest_gap, watch_hours

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("cron", "hours"),
    [
        ("0 6 * * ? *", 24),
        ("0/15 * * * ? *", 0.25),
        ("0 6,8 * * ? *", 22),
        ("30 0-12/6 * * ? *", 12),
        ("0 6 ? * MON-FRI *", 72),
        ("0 6 ? * 2,4 *", 5 * 24),
        ("0 6 ? * SUN *", 7 * 24),
        ("0 6 1,15 * ? *", 17 * 24),
        ("0 6 */10 * ? *", 10 * 24),
        ("0 6 1 1 ? *", 366 * 24),
        ("0 6 L * ? *", 31 * 24),
        ("0 6 ? * 2#1 *", 35 * 24),
        ("0 6 ? * L *", 7 * 24),
    ],
)
def test_the_gap_is_the_longest_of_all(cron: str, hours: float) -> None:
    assert longest_gap(cron) == hours * HOUR


@pytest.mark.parametrize(
    "cron",
    [
        "0 6 * * ? 2026",
        "0 6,8 29 2 ? *",
    ],
)
def test_some_expressions_have_no_known_gap(cron: str) -> None:
    assert longest_gap(cron) is None
    assert watch_hours(cron, "UTC") is None


@pytest.mark.parametrize(
    ("cron", "timezone", "hours"),
    [
        ("0 6 * * ? *", "UTC", 30),
        ("0 6 * * ? *", "Europe/Berlin", 31),
        ("0/15 * * * ? *", "UTC", 7),
        ("0 6 ? * MON-FRI *", "UTC", 78),
        ("0 6 ? * SUN *", "UTC", None),
    ],
)
def test_a_run_may_be_some_hours_late(cron: str, timezone: str, hours: int | None) -> None:
    assert watch_hours(cron, timezone) == hours
