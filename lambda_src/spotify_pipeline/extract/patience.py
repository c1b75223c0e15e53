"""How long an invocation may wait, and when it must come to an end."""

import time
from collections.abc import Callable

MARGIN_SECONDS = 60
"""Kept free at the end of an invocation, to store what there is."""


class OutOfTimeError(Exception):
    """The invocation has too little time left to begin anything more."""


class Patience:
    """`time_left` tells the invocation's remaining seconds; `longest_wait` bounds one wait."""

    def __init__(
        self,
        time_left: Callable[[], float],
        longest_wait: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.waited = 0
        self._time_left = time_left
        self._longest_wait = longest_wait
        self._sleep = sleep

    def check(self) -> None:
        """Raise OutOfTimeError if it is time to end."""
        if self._time_left() < MARGIN_SECONDS:
            raise OutOfTimeError("the invocation's time is over; the rest follows in another one")

    def wait(self, seconds: int) -> bool:
        """Wait if that is short enough and leaves time to go on; whether it was done."""
        if seconds > self._longest_wait or seconds > self._time_left() - MARGIN_SECONDS:
            return False
        self._sleep(seconds)
        self.waited += seconds
        return True
