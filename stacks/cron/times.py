"""The times of a schedule, from a valid cron expression of EventBridge.

Fields, wildcards and daylight saving time: EventBridge Scheduler User Guide, "Schedule types". No
cron library accepts all forms that it documents, such as `LW`.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from stacks.cron.expressions import MONTHS, WEEKDAYS

_WEEK = 7

# From a Saturday and a Sunday: days to the nearest weekday, and to the one on the other side.
_MOVES = {6: (-1, 2), 7: (1, -2)}

# The longest pause between two times: 29 February around a century without it.
_DAYS = 8 * 366 + 1


@dataclass(frozen=True)
class Cron:
    """`days` and `weekdays` are members of their fields, since some depend on the month."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: tuple[str, ...]
    months: frozenset[int]
    weekdays: tuple[str, ...]
    years: frozenset[int]
    zone: ZoneInfo

    @classmethod
    def parse(cls, expression: str, timezone: str = "UTC") -> Self:
        """Read six fields in local time of the zone."""
        minutes, hours, days, months, weekdays, years = expression.upper().split()
        return cls(
            _values(minutes, 0, 59),
            _values(hours, 0, 23),
            tuple(days.split(",")),
            _values(_numbered(months, MONTHS), 1, 12),
            tuple(_numbered(weekdays, WEEKDAYS).split(",")),
            _values(years, 1970, 2199),
            ZoneInfo(timezone),
        )

    def next_time(self, after: datetime) -> datetime | None:
        """The first time after a moment, in UTC; None if there is none."""
        first = after.astimezone(self.zone).date()
        for ahead in range(_DAYS):
            for moment in self._moments(first + timedelta(days=ahead)):
                if moment > after:
                    return moment
        return None

    def last_time(self, until: datetime) -> datetime | None:
        """The last time at or before a moment, in UTC; None if there is none."""
        last = until.astimezone(self.zone).date()
        for ago in range(_DAYS):
            moments = [one for one in self._moments(last - timedelta(days=ago)) if one <= until]
            if moments:
                return moments[-1]
        return None

    def _moments(self, day: date) -> Iterator[datetime]:
        """The times on a local day: none that the clocks skip, and the first of a repeated one."""
        if not self.includes(day):
            return
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                local = datetime.combine(day, time(hour, minute))
                moment = local.replace(tzinfo=self.zone).astimezone(UTC)
                if moment.astimezone(self.zone).replace(tzinfo=None) == local:
                    yield moment

    def includes(self, day: date) -> bool:
        if day.year not in self.years or day.month not in self.months:
            return False
        if self.days != ("?",):
            return any(_is_day(day, member) for member in self.days)
        return any(_is_weekday(day, member) for member in self.weekdays)


def runs_a_day(expression: str) -> int:
    """The number of runs on a day of the schedule."""
    cron = Cron.parse(expression)
    return len(cron.minutes) * len(cron.hours)


def _is_day(day: date, member: str) -> bool:
    """True if a member of the field day-of-month includes the day."""
    last = _last_day(day)
    if member == "L":
        return day == last
    if member == "LW":
        return day == _nearest_weekday(last)
    if found := re.fullmatch("([0-9]+)W", member):
        wanted = int(found[1])
        return wanted <= last.day and day == _nearest_weekday(day.replace(day=wanted))
    return day.day in _values(member, 1, 31)


def _is_weekday(day: date, member: str) -> bool:
    """True if a member of the field day-of-week includes the day; 1 is Sunday."""
    weekday = day.isoweekday() % _WEEK + 1
    if member == "L":
        return weekday == _WEEK
    if found := re.fullmatch("([1-7])L", member):
        return weekday == int(found[1]) and day.day + _WEEK > _last_day(day).day
    if found := re.fullmatch("([1-7])#([1-5])", member):
        return weekday == int(found[1]) and (day.day - 1) // _WEEK + 1 == int(found[2])
    return weekday in _values(member, 1, _WEEK)


def _last_day(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _nearest_weekday(day: date) -> date:
    """The nearest day from Monday to Friday in the same month."""
    nearest, other_side = _MOVES.get(day.isoweekday(), (0, 0))
    found = day + timedelta(days=nearest)
    return found if found.month == day.month else day + timedelta(days=other_side)


def _numbered(field: str, names: list[str]) -> str:
    """The field with numbers from 1 instead of names."""
    return re.sub("[A-Z]{3}", lambda found: str(names.index(found[0]) + 1), field)


def _values(field: str, low: int, high: int) -> frozenset[int]:
    return frozenset(value for member in field.split(",") for value in _member(member, low, high))


def _member(member: str, low: int, high: int) -> list[int]:
    """The values of `*`, `n`, `a-b`, each with an optional step; `n/step` runs to the end.

    A range whose end is before its start wraps.
    """
    span, slash, step = member.partition("/")
    first, dash, last = span.partition("-")
    if first == "*":
        return list(range(low, high + 1, int(step or 1)))
    end = last if dash else first
    if slash and not dash:
        end = str(high)
    values = [*range(low, high + 1)] * 2
    begin = int(first) - low
    length = (int(end) - int(first)) % (high - low + 1) + 1
    return values[begin : begin + length : int(step or 1)]
