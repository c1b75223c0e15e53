"""The call budget of an attempt, over a ledger in a bucket in memory."""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import BudgetSpentError, QuotaExceededError
from spotify_pipeline.extract.state.budget import BLOCK, CallBudget
from spotify_pipeline.extract.state.ledger_store import LedgerStore
from spotify_pipeline.keys import LEDGER_KEY
from tests.conftest import Aws

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
INVOCATION = timedelta(minutes=15)

Budgets = Callable[..., CallBudget]


class WallClock:
    """A wall clock that only tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    wall_clock = WallClock()
    monkeypatch.setattr(clock, "utc_now", wall_clock)
    return wall_clock


@pytest.fixture
def budgets(aws: Aws, time: WallClock) -> Budgets:
    def new(attempt: str = "a", schedule: str = "daily", daily_calls: int = 100) -> CallBudget:
        return CallBudget(
            LedgerStore(aws.s3, aws.bucket),
            schedule=schedule,
            attempt=attempt,
            daily_calls=daily_calls,
            deadline=time.now + INVOCATION,
        )

    return new


def spend(budget: CallBudget, calls: int) -> None:
    for _ in range(calls):
        budget.take()


def test_calls_of_all_attempts_are_counted(budgets: Budgets) -> None:
    first, second = budgets("a"), budgets("b", "other")
    spend(first, 3)
    spend(second, 4)
    first.close()
    assert second.close() == 7


def test_an_attempt_that_is_killed_counts_its_reservation(budgets: Budgets) -> None:
    spend(budgets("killed"), 3)
    assert budgets("next").close() == BLOCK


def test_a_killed_attempt_is_forgotten_a_day_after_its_end(
    budgets: Budgets, time: WallClock
) -> None:
    spend(budgets("killed"), 3)
    time.now += INVOCATION + timedelta(hours=24)
    assert budgets("next").close() == 0


def test_a_spent_budget_names_the_setting_and_the_pause(budgets: Budgets, time: WallClock) -> None:
    budget = budgets()
    spend(budget, 98)
    time.now += timedelta(hours=1)
    with pytest.raises(BudgetSpentError, match="daily_calls") as spent:
        budget.take()
    assert spent.value.pause == timedelta(hours=23, minutes=1).total_seconds()


def test_the_pause_ends_when_the_expected_calls_are_free(budgets: Budgets, time: WallClock) -> None:
    earlier = budgets("earlier")
    spend(earlier, 30)
    earlier.close()
    time.now += timedelta(hours=10)
    budget = budgets()
    budget.expected = 68 + 20
    spend(budget, 68)
    with pytest.raises(BudgetSpentError) as spent:
        budget.take()
    assert spent.value.pause == timedelta(hours=14, minutes=1).total_seconds()


def test_another_schedule_still_gets_calls(budgets: Budgets) -> None:
    large = budgets("a", "large")
    spend(large, 98)
    with pytest.raises(BudgetSpentError):
        large.take()
    spend(budgets("b", "small"), 2)


def test_threads_and_attempts_together_stay_within_the_budget(budgets: Budgets) -> None:
    attempts = [budgets(name, name, 120) for name in "abcd"]

    def spend_all(budget: CallBudget) -> int:
        for calls in range(1_000):
            try:
                budget.take()
            except BudgetSpentError:
                return calls
        raise AssertionError("unlimited")

    with ThreadPoolExecutor(8) as pool:
        made = sum(pool.map(spend_all, attempts * 2))
    assert made <= 120
    assert budgets("last").close() == 120


def test_a_block_holds_for_all_schedules_until_its_end(budgets: Budgets, time: WallClock) -> None:
    budgets("a", "daily").block(NOW + timedelta(hours=13))
    with pytest.raises(QuotaExceededError) as blocked:
        budgets("b", "other").take()
    assert blocked.value.pause == timedelta(hours=13).total_seconds()
    time.now += timedelta(hours=13)
    budgets("b", "other").take()


def test_an_attempt_without_calls_leaves_no_reservation(budgets: Budgets, aws: Aws) -> None:
    budget = budgets()
    spend(budget, 1)
    budget.close()
    assert b'"reservations":{}' in aws.read(LEDGER_KEY)


@pytest.mark.parametrize("ledger", [b"{", None], ids=["damaged", "lost"])
def test_a_damaged_ledger_is_rebuilt_from_run_records(
    budgets: Budgets, aws: Aws, time: WallClock, ledger: bytes | None
) -> None:
    # The record of an attempt with 7 calls that ended an hour ago, as the extract stores it.
    record = (
        b'{"kind":"run","run_id":"r","fetched_at":"2026-03-01T05:00:00Z","context":{},"body":'
        b'{"run_id":"r","attempt":1,"schedule":"daily","started_at":"2026-03-01T05:00:00Z",'
        b'"status":"complete","finished_at":"2026-03-01T05:00:00Z","api_calls":7,'
        b'"throttled_seconds":0,"playlists_seen":0,"playlists_walked":0,"playlists_refused":0,'
        b'"entries":0,"parts":0}}\n'
    )
    key = "raw-data/ingest_date=2026-03-01/20260301T050000Z-daily-0a1b2c3d/run-1.jsonl.gz"
    aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=gzip.compress(record))
    damaged = key.replace("run-1", "run-2")
    aws.s3.put_object(Bucket=aws.bucket, Key=damaged, Body=b"damaged")
    if ledger is not None:
        aws.s3.put_object(Bucket=aws.bucket, Key=LEDGER_KEY, Body=ledger)
    budget = budgets()
    spend(budget, 1)
    assert budget.close() == 8
