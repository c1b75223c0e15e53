"""Spotify's rate limit: a maximum number of requests in a rolling window.

https://developer.spotify.com/documentation/web-api/concepts/rate-limits
"""

import math
import threading
import time
from collections import deque

import msgspec


class RateWindow(msgspec.Struct, forbid_unknown_fields=True, dict=True):
    """Allows `requests` in any window of `seconds`; refused requests do not count.

    Raises ValueError naming an invalid field.
    """

    requests: int
    seconds: float

    def __post_init__(self) -> None:
        if self.requests < 1:
            raise ValueError(f"requests must be 1 or more; it is {self.requests}")
        if self.seconds <= 0:
            raise ValueError(f"seconds must be more than 0; it is {self.seconds}")
        self._lock = threading.Lock()
        self._passed: deque[float] = deque()

    def wait(self, now: float | None = None) -> int:
        """0 if a request may pass at `now`, else the whole seconds until one may, at least 1.

        `now` is in seconds of any monotonic clock.
        """
        now = time.monotonic() if now is None else now
        with self._lock:
            while self._passed and self._passed[0] + self.seconds <= now:
                self._passed.popleft()
            if len(self._passed) < self.requests:
                self._passed.append(now)
                return 0
            return max(1, math.ceil(self._passed[0] + self.seconds - now))
