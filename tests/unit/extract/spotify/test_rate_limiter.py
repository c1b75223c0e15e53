"""The rate limiter's intervals, pauses and end."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from spotify_pipeline.extract.errors import OutageError, OutOfTimeError
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from tests.conftest import Clock, rate_limiter_of


def test_requests_are_spread_evenly() -> None:
    clock = Clock()
    rate_limiter = rate_limiter_of(clock, requests_per_second=4)
    for _ in range(4):
        rate_limiter.turn()
    assert (clock.now, clock.slept) == (0.75, [0.25] * 3)


def test_unused_time_allows_no_burst() -> None:
    clock = Clock()
    rate_limiter = rate_limiter_of(clock, requests_per_second=4)
    rate_limiter.turn()
    clock.now = 100
    rate_limiter.turn()
    rate_limiter.turn()
    assert clock.now == 100.25


@pytest.mark.parametrize(
    ("left", "seconds", "waited"),
    [(300, 30, True), (300, 31, False), (80, 20, True), (80, 21, False)],
)
def test_a_pause_must_fit_its_bound_and_the_remaining_time(
    left: float, seconds: int, waited: bool
) -> None:
    assert rate_limiter_of(Clock(), longest_wait=30, left=left).hold(seconds) is waited


def test_a_pause_delays_every_request_and_is_counted_once() -> None:
    clock = Clock()
    rate_limiter = rate_limiter_of(clock)
    for _ in range(3):
        assert rate_limiter.hold(20)
    rate_limiter.turn()
    assert clock.now == 20
    assert (rate_limiter.throttled, rate_limiter.throttled_seconds) == (3, 20)


def test_no_request_is_sent_in_the_last_minute() -> None:
    with pytest.raises(OutOfTimeError):
        rate_limiter_of(Clock(), left=59).turn()


def test_the_end_of_an_attempt_wakes_waiting_threads() -> None:
    began = Event()
    end = OutageError("down", 300)

    def time_left() -> float:
        began.set()
        return 1e6

    rate_limiter = RateLimiter(time_left, 1e5, requests_per_second=1e6)
    rate_limiter.hold(10_000)
    began.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(rate_limiter.turn)
        began.wait()
        rate_limiter.end(end)
        assert waiting.exception() is end


def test_waiting_threads_raise_the_first_error() -> None:
    rate_limiter = rate_limiter_of(Clock())
    first = OutageError("first", 1)
    rate_limiter.end(first)
    rate_limiter.end(OutageError("second", 2))
    with pytest.raises(OutageError) as raised:
        rate_limiter.turn()
    assert raised.value is first
