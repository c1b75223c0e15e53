"""The pure rules of the call ledger."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify_pipeline.extract.state.ledger import WINDOW, Ledger, Reservation, minute_of

NOW = datetime(2026, 3, 1, 6, 0, 30, tzinfo=UTC)


def ledger_of(*uses: tuple[timedelta, str, int]) -> Ledger:
    """A ledger with calls this long before NOW, by these schedules."""
    ledger = Ledger()
    for ago, schedule, calls in uses:
        ledger.record(schedule, {minute_of(NOW - ago): calls})
    return ledger


def test_calls_count_for_24_hours() -> None:
    ledger = ledger_of((timedelta(hours=23, minutes=59), "daily", 7), (timedelta(hours=25), "x", 5))
    assert ledger.used(NOW) == 7


def test_a_call_counts_until_24_hours_after_its_minute() -> None:
    ledger = ledger_of((timedelta(0), "daily", 1))
    assert ledger.used(NOW + WINDOW) == 1
    assert ledger.used(NOW + WINDOW + timedelta(minutes=1)) == 0


def test_a_reservation_counts_for_24_hours_after_its_end() -> None:
    ledger = Ledger(reservations={"a": Reservation("daily", 50, NOW)})
    assert ledger.used(NOW) == 50
    assert ledger.used(NOW + WINDOW - timedelta(seconds=1)) == 50
    assert ledger.used(NOW + WINDOW) == 0


def test_one_schedule_leaves_calls_to_the_others() -> None:
    ledger = ledger_of((timedelta(hours=1), "large", 680))
    assert ledger.free(NOW, "large", 700) == 6
    assert ledger.free(NOW, "small", 700) == 20


def test_calls_reserved_for_a_schedule_are_left_to_it() -> None:
    reserved = {"plays": 27}
    ledger = ledger_of((timedelta(hours=1), "large", 660), (timedelta(hours=2), "plays", 7))
    assert ledger.free(NOW, "large", 700, reserved) == 13
    assert ledger.free(NOW, "plays", 700, reserved) == 33
    at = ledger.free_at(NOW, "large", 700, 20, reserved)
    assert ledger.free(at, "large", 700, reserved) >= 20
    assert at > NOW + timedelta(hours=22)


def test_calls_that_a_schedule_gets_back_are_left_to_it_too() -> None:
    ledger = ledger_of((timedelta(hours=24), "plays", 27), (timedelta(hours=1), "large", 673))
    later = NOW + timedelta(minutes=1)
    assert ledger.free(later, "large", 700, {"plays": 27}) == 0
    assert ledger.free(later, "plays", 700, {"plays": 27}) == 27


def test_no_schedule_gets_more_than_the_rest() -> None:
    ledger = ledger_of((timedelta(hours=1), "large", 400), (timedelta(hours=1), "other", 400))
    assert ledger.free(NOW, "third", 700) == 0


def test_calls_are_free_when_enough_have_left_the_window() -> None:
    ledger = ledger_of((timedelta(hours=20), "daily", 100), (timedelta(hours=10), "daily", 586))
    at = ledger.free_at(NOW, "daily", 700, 60)
    assert timedelta(hours=4) < at - NOW <= timedelta(hours=4, minutes=1)
    assert ledger.free(at, "daily", 700) >= 60
    assert ledger.free_at(NOW, "daily", 700, 0) == NOW


def test_the_whole_budget_is_free_at_the_latest_after_a_day() -> None:
    ledger = ledger_of((timedelta(0), "daily", 686), (timedelta(hours=1), "other", 14))
    at = ledger.free_at(NOW, "daily", 700, 5_000)
    assert ledger.free(at, "daily", 700) == 686


def test_old_calls_reservations_and_blocks_are_forgotten() -> None:
    ledger = ledger_of((timedelta(days=2), "daily", 9))
    ledger.reservations["a"] = Reservation("daily", 50, NOW - timedelta(days=2))
    ledger.block(NOW - timedelta(seconds=1))
    ledger.forget(NOW)
    assert ledger == Ledger()


def test_a_block_is_never_shortened() -> None:
    ledger = Ledger()
    ledger.block(NOW + timedelta(hours=2))
    ledger.block(NOW + timedelta(hours=1))
    assert ledger.blocked_until == NOW + timedelta(hours=2)


def test_the_stored_form_is_read_back() -> None:
    ledger = ledger_of((timedelta(hours=1), "daily", 3), (timedelta(hours=2), "other", 4))
    ledger.reservations["a"] = Reservation("daily", 50, NOW)
    ledger.block(NOW)
    assert msgspec.json.decode(msgspec.json.encode(ledger), type=Ledger) == ledger


@given(
    st.lists(
        st.tuples(st.integers(0, 2_000), st.sampled_from(["a", "b", "c"]), st.integers(1, 300)),
        max_size=40,
    )
)
def test_takers_of_free_calls_never_exceed_the_budget(
    wishes: list[tuple[int, str, int]],
) -> None:
    """Each wish: minutes after the one before, schedule, calls."""
    ledger, now = Ledger(), NOW
    made: list[tuple[datetime, int]] = []
    for minutes, schedule, calls in wishes:
        now += timedelta(minutes=minutes)
        got = min(calls, ledger.free(now, schedule, 700))
        ledger.record(schedule, {minute_of(now): got})
        made.append((now, got))
        ledger.forget(now)
    for end, _ in made:
        assert sum(n for at, n in made if end - WINDOW < at <= end) <= 700


@pytest.mark.parametrize("daily_calls", [1, 10, 49])
def test_small_budgets_belong_to_one_schedule(daily_calls: int) -> None:
    assert Ledger().free(NOW, "daily", daily_calls) == daily_calls
