"""The call budget of one attempt: its share of the environment's daily calls."""

import threading
from collections import Counter
from datetime import datetime

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import BudgetSpentError, QuotaExceededError
from spotify_pipeline.extract.state.ledger import (
    NOTHING,
    Ledger,
    Reservation,
    Reserved,
    minute_of,
)
from spotify_pipeline.extract.state.ledger_store import LedgerStore

BLOCK = 50
"""Smallest number of calls reserved by one write of the ledger, which all requests wait for."""

_BLOCKS_A_DAY = 14

SMALL_BLOCK = 5
"""Calls reserved by an attempt that needs one: many attempts a day may be killed with theirs."""


class CallBudget:
    """Counts the calls of an attempt, from any thread, and reserves them in the ledger.

    `attempt` identifies the invocation, which ends by `deadline`. `expected` is the number of calls
    that the attempt still needs, as far as it is known: a spent budget resumes when so many are
    free. Each write of the ledger reserves `block` calls, by default a share of the `daily_calls`;
    of these, `reserved` ones are kept for other schedules.
    """

    def __init__(
        self,
        store: LedgerStore,
        *,
        schedule: str,
        attempt: str,
        daily_calls: int,
        deadline: datetime,
        reserved: Reserved = NOTHING,
        block: int | None = None,
    ) -> None:
        self.expected = 1
        self._store = store
        self._schedule = schedule
        self._attempt = attempt
        self._daily_calls = daily_calls
        self._deadline = deadline
        self._kept = reserved
        self._block = block or max(BLOCK, daily_calls // _BLOCKS_A_DAY)
        self._reserved = 0
        self._made: Counter[datetime] = Counter()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Count one call. Raises BudgetSpentError, or QuotaExceededError while Spotify blocks."""
        with self._lock:
            if self._reserved == 0:
                self._reserved = self._store.update(self._reserve)
                self._made.clear()
            self._reserved -= 1
            self._made[minute_of(clock.utc_now())] += 1
            self.expected = max(1, self.expected - 1)

    def free(self) -> int:
        """Calls that the attempt may make at present."""
        ledger = self._store.load()
        free = ledger.free(clock.utc_now(), self._schedule, self._daily_calls, self._kept)
        return free + self._reserved

    def block(self, until: datetime) -> None:
        """Block all schedules of the environment until Spotify's quota is free again."""
        self._store.update(lambda ledger: ledger.block(until))

    def close(self) -> int:
        """Record the calls, release the rest; return the environment's calls in 24 hours."""
        with self._lock:
            calls = self._store.update(self._settle)
            self._made.clear()
            self._reserved = 0
        return calls

    def _reserve(self, ledger: Ledger) -> int:
        """Record the calls made so far, and reserve the next block."""
        now = clock.utc_now()
        if ledger.blocked_until:
            raise QuotaExceededError((ledger.blocked_until - now).total_seconds())
        self._record(ledger)
        free = ledger.free(now, self._schedule, self._daily_calls, self._kept)
        calls = min(self._block, free)
        if calls == 0:
            free_at = ledger.free_at(
                now, self._schedule, self._daily_calls, self.expected, self._kept
            )
            raise BudgetSpentError(self._daily_calls, (free_at - now).total_seconds())
        reservation = Reservation(self._schedule, calls, self._deadline)
        ledger.reservations[self._attempt] = reservation
        return calls

    def _settle(self, ledger: Ledger) -> int:
        self._record(ledger)
        return ledger.used(clock.utc_now())

    def _record(self, ledger: Ledger) -> None:
        """Replace the attempt's reservation by the calls made under it."""
        ledger.reservations.pop(self._attempt, None)
        ledger.record(self._schedule, self._made)
