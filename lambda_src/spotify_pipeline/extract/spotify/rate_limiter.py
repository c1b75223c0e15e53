"""The rate limiter that all threads of an attempt share."""

import threading
import time
from collections.abc import Callable

from spotify_pipeline.extract.errors import OutOfTimeError

MARGIN_SECONDS = 60
"""Time reserved at the end of an invocation to store results."""


class RateLimiter:
    """Spaces requests evenly, and pauses them while Spotify's rate limit lasts.

    `time_left` returns the invocation's remaining seconds; `longest_wait` bounds one pause.
    `throttled` counts 429 responses, `throttled_seconds` is the total length of the pauses.
    """

    def __init__(
        self,
        time_left: Callable[[], float],
        longest_wait: float,
        requests_per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.throttled = 0
        self.throttled_seconds = 0.0
        self._time_left = time_left
        self._longest_wait = longest_wait
        self._interval = 1 / requests_per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._ended = threading.Event()
        # The end of the attempt wakes the threads that sleep.
        self._sleep = sleep or self._ended.wait
        self._end: Exception | None = None
        self._next = 0.0
        self._held_until = 0.0

    def turn(self) -> None:
        """Wait until one request may be sent.

        Raises OutOfTimeError near the end of the invocation, or the error that ended the attempt.
        """
        with self._lock:
            slot = max(self._clock(), self._next)
            self._next = slot + self._interval
        while True:
            if self._end:
                raise self._end
            if self._time_left() < MARGIN_SECONDS:
                raise OutOfTimeError
            wait = max(slot, self._held_until) - self._clock()
            if wait <= 0:
                return
            self._sleep(wait)

    def hold(self, seconds: int) -> bool:
        """Pause all requests for `seconds`. Return False if that is too long."""
        self.throttled += 1
        bound = min(self._longest_wait, self._time_left() - MARGIN_SECONDS)
        if seconds > bound:
            return False
        extension = self.pause(seconds)
        with self._lock:
            self.throttled_seconds += extension
        return True

    def pause(self, seconds: float) -> float:
        """Pause all requests for `seconds`. Return by how much that extends the present pause."""
        with self._lock:
            now = self._clock()
            already = max(now, self._held_until)
            self._held_until = max(already, now + seconds)
            return self._held_until - already

    def end(self, error: Exception) -> None:
        """Stop all further requests; each raises the first error given here."""
        with self._lock:
            self._end = self._end or error
        self._ended.set()
