"""The longest time between two runs of a cron expression, and how CloudWatch can watch it."""

import math
from datetime import date, timedelta
from itertools import pairwise

from stacks.cron.times import Cron

_FIRST_DAY = date(2027, 1, 1)
_DAYS = 2 * 365 + 2
"""A year and a leap year, from one first of January to another."""

_GRACE_HOURS = 6
"""Time for a run to start late, pause and resume: Scheduler delivers for six hours."""

# PutMetricAlarm, Period: seven days for periods of an hour or more.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
_LONGEST_WATCH_HOURS = 7 * 24


def watch_hours(expression: str, timezone: str) -> int | None:
    """Hours within which a run must have been complete, at any time.

    None if that is more than CloudWatch can watch, or if the runs end with a year.
    """
    gap = longest_gap(expression)
    if gap is None:
        return None
    # The clock is put back once a year.
    shift = 0 if timezone == "UTC" else 1
    hours = math.ceil(gap / timedelta(hours=1)) + shift + _GRACE_HOURS
    return hours if hours <= _LONGEST_WATCH_HOURS else None


def longest_gap(expression: str) -> timedelta | None:
    """The longest local time between two runs of a valid expression.

    None for one that is limited to years, or that only has leap days.
    """
    if expression.split()[5] != "*":
        return None
    cron = Cron.parse(expression)
    times = sorted(timedelta(hours=h, minutes=m) for h in cron.hours for m in cron.minutes)
    days = (_FIRST_DAY + timedelta(days=number) for number in range(_DAYS))
    dates = [day for day in days if cron.includes(day)]
    if len(dates) < 2:  # noqa: PLR2004 - a distance needs two
        return None
    within_a_day = [later - earlier for earlier, later in pairwise(times)]
    overnight = [later - earlier + times[0] - times[-1] for earlier, later in pairwise(dates)]
    return max(within_a_day + overnight)
