"""The call ledger: an environment's requests to the Web API in a rolling 24 hours.

Spotify counts the requests of a developer account in a rolling window, refused ones included, and
shares the quota between all apps of the account.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

WINDOW = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)

OTHERS_PERCENT = 2
"""Share of the budget that one schedule leaves to the others."""


Reserved = Mapping[str, int]
"""Calls in any 24 hours that are kept for a schedule, by its name."""

NOTHING: Reserved = {}


class Reservation(msgspec.Struct, frozen=True):
    """Calls that an attempt may make until `until`, the end of its invocation."""

    schedule: str
    calls: int
    until: datetime


class _Use(NamedTuple):
    """Calls of a schedule, and when they leave the window."""

    expires: datetime
    schedule: str
    calls: int


class Ledger(msgspec.Struct):
    """Calls by minute and schedule, and the reservations of attempts that may still run.

    A reservation counts like calls made at its end: a killed attempt may have made all of them.
    No schedule may call before `blocked_until`.
    """

    calls: dict[datetime, dict[str, int]] = {}
    reservations: dict[str, Reservation] = {}
    blocked_until: datetime | None = None
    version: int = 1

    def used(self, now: datetime, schedule: str | None = None) -> int:
        """Calls in the 24 hours before `now`, reserved ones included; of one or all schedules."""
        return sum(
            use.calls
            for use in self._uses()
            if use.expires > now and schedule in (None, use.schedule)
        )

    def free(
        self, now: datetime, schedule: str, daily_calls: int, reserved: Reserved = NOTHING
    ) -> int:
        """Calls that the schedule may make at `now`."""
        used = Counter[str]()
        for use in self._uses():
            if use.expires > now:
                used[use.schedule] += use.calls
        return max(0, _free(used, schedule, daily_calls, reserved))

    def free_at(
        self,
        now: datetime,
        schedule: str,
        daily_calls: int,
        calls: int,
        reserved: Reserved = NOTHING,
    ) -> datetime:
        """The earliest time from which the schedule may make `calls`, or a quarter of all it may.

        Calls become free at the rate at which they were made a day before.
        """
        wanted = min(calls, max(1, _limit(daily_calls) // 4))
        uses = sorted(use for use in self._uses() if use.expires > now)
        used = Counter[str]()
        for use in uses:
            used[use.schedule] += use.calls
        at = now
        for use in uses:
            if _free(used, schedule, daily_calls, reserved) >= wanted:
                break
            at = use.expires
            used[use.schedule] -= use.calls
        return at

    def record(self, schedule: str, made: Mapping[datetime, int]) -> None:
        """Add calls by the minute in which they were made."""
        for minute, calls in made.items():
            by_schedule = self.calls.setdefault(minute, {})
            by_schedule[schedule] = by_schedule.get(schedule, 0) + calls

    def block(self, until: datetime) -> None:
        """Block all schedules until the latest of these times."""
        self.blocked_until = max(until, self.blocked_until or until)

    def forget(self, now: datetime) -> None:
        """Remove all that no longer counts at `now`."""
        self.calls = {at: made for at, made in self.calls.items() if _expiry(at) > now}
        self.reservations = {
            attempt: one for attempt, one in self.reservations.items() if one.until + WINDOW > now
        }
        if self.blocked_until and self.blocked_until <= now:
            self.blocked_until = None

    def _uses(self) -> Iterator[_Use]:
        for minute, by_schedule in self.calls.items():
            for schedule, calls in by_schedule.items():
                yield _Use(_expiry(minute), schedule, calls)
        for one in self.reservations.values():
            yield _Use(one.until + WINDOW, one.schedule, one.calls)


def _free(used: Counter[str], schedule: str, daily_calls: int, reserved: Reserved) -> int:
    """Calls left to a schedule after those `used` by each, without what is kept for the others."""
    kept = sum(max(0, calls - used[name]) for name, calls in reserved.items() if name != schedule)
    return min(_limit(daily_calls) - used[schedule], daily_calls - used.total() - kept)


def minute_of(time: datetime) -> datetime:
    return time.replace(second=0, microsecond=0)


def _expiry(minute: datetime) -> datetime:
    """When the last call of a minute leaves the window."""
    return minute + _MINUTE + WINDOW


def _limit(daily_calls: int) -> int:
    """Calls in any 24 hours for one schedule."""
    return max(1, daily_calls - daily_calls * OTHERS_PERCENT // 100)
