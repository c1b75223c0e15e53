"""When requests may go out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from spotify_pipeline.extract.interruption import OutageError, OutOfTimeError
from spotify_pipeline.extract.pace import Pace
from tests.conftest import Clock, pace_of


def test_requests_are_spread_evenly() -> None:
    clock = Clock()
    pace = pace_of(clock, requests_per_second=4)
    for _ in range(4):
        pace.turn()
    assert (clock.now, clock.slept) == (0.75, [0.25] * 3)


def test_time_that_passed_unused_is_not_made_up_for() -> None:
    clock = Clock()
    pace = pace_of(clock, requests_per_second=4)
    pace.turn()
    clock.now = 100
    pace.turn()
    pace.turn()
    assert clock.now == 100.25


@pytest.mark.parametrize(
    ("left", "seconds", "waited"),
    [(300, 30, True), (300, 31, False), (80, 20, True), (80, 21, False), (300, None, False)],
)
def test_a_pause_must_fit_its_bound_and_the_time_left(
    left: float, seconds: int | None, waited: bool
) -> None:
    assert pace_of(Clock(), longest_wait=30, left=left).hold(seconds) is waited


def test_a_pause_holds_back_every_request_and_is_counted_once() -> None:
    clock = Clock()
    pace = pace_of(clock)
    for _ in range(3):
        assert pace.hold(20)
    pace.turn()
    assert clock.now == 20
    assert (pace.throttled, pace.throttled_seconds) == (3, 20)


def test_no_request_goes_out_in_the_last_minute() -> None:
    with pytest.raises(OutOfTimeError):
        pace_of(Clock(), left=59).turn()


def test_the_end_of_an_attempt_wakes_who_waits_for_a_turn() -> None:
    began = Event()
    end = OutageError("down", 300)

    def time_left() -> float:
        began.set()
        return 1e6

    pace = Pace(time_left, 1e5, requests_per_second=1e6)
    pace.hold(10_000)
    began.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(pace.turn)
        began.wait()
        pace.end(end)
        assert waiting.exception() is end


def test_the_first_error_that_ends_an_attempt_is_the_one_that_is_told() -> None:
    pace = pace_of(Clock())
    first = OutageError("first", 1)
    pace.end(first)
    pace.end(OutageError("second", 2))
    with pytest.raises(OutageError) as told:
        pace.turn()
    assert told.value is first
