"""Weeks of scheduled runs on a simulated clock, with their resumes, against the fake's quota."""

import heapq
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from fake_spotify.quota import Quota
from fake_spotify.server import FakeSpotify
from spotify_pipeline.extract import clock
from spotify_pipeline.extract.handler import handler
from tests.conftest import CONTEXT
from tests.scheduler import due_at, entries, take

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
_SECONDS_PER_CALL = 0.25


class CountedQuota(Quota):
    """A quota that notes the time of each call, in seconds since the epoch."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.times: list[float] = []

    def wait(self, now: float) -> int:
        self.times.append(now)
        return super().wait(now)

    @property
    def most_in_a_day(self) -> int:
        """The largest number of calls in any 24 hours."""
        times = sorted(self.times)
        first, most = 0, 0
        for last, time in enumerate(times):
            while time - times[first] >= DAY.total_seconds():
                first += 1
            most = max(most, last - first + 1)
        return most


class Simulation:
    """Delivers scheduled events and resumes in the order of their times.

    Each call to the fake takes a quarter of a second.
    """

    def __init__(self, fake: FakeSpotify, calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.quota = CountedQuota(calls)
        self._began_at = START
        self._requests = 0
        self._fake = fake
        fake.quota = self.quota
        fake.clock = lambda: self.now().timestamp()
        monkeypatch.setattr(clock, "utc_now", self.now)

    def now(self) -> datetime:
        calls = self._fake.requests - self._requests
        return self._began_at + timedelta(seconds=calls * _SECONDS_PER_CALL)

    def run(self, events: list[dict[str, Any]], until: datetime) -> list[dict[str, Any]]:
        """The summaries of all attempts that begin before `until`, in their order."""
        order = count()
        due = [(datetime.fromisoformat(event["time"]), next(order), event) for event in events]
        heapq.heapify(due)
        summaries = []
        while due and due[0][0] < until:
            time, _, event = heapq.heappop(due)
            self._begin(time)
            summaries.append(handler(event, CONTEXT))
            for entry in entries():
                heapq.heappush(due, (due_at(entry), next(order), take(entry)))
        return summaries

    def _begin(self, time: datetime) -> None:
        self._began_at = max(time, self.now())
        self._requests = self._fake.requests


def daily(
    schedule: str, days: int, first: datetime = START, **sources: Any
) -> list[dict[str, Any]]:
    """The events of a daily schedule."""
    return events(schedule, [first + day * DAY for day in range(days)], **sources)


def events(
    schedule: str, times: list[datetime], refresh: str = "changed", **sources: Any
) -> list[dict[str, Any]]:
    return [
        {"time": time.isoformat(), "schedule": schedule, "sources": sources, "refresh": refresh}
        for time in times
    ]
