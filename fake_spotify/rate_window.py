"""Spotify's rate limit: a maximum number of requests in a rolling window.

https://developer.spotify.com/documentation/web-api/concepts/rate-limits
"""

import math
import threading
from collections import deque

import msgspec


class RollingWindow:
    """Room for `size` calls in any window of `seconds`. Not thread-safe.

    `now` is in seconds of a clock that does not go back.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._newest: deque[float] = deque()

    def add(self, now: float) -> None:
        """Record a call. Only the newest `size` ones decide when there is room again."""
        self._newest.append(now)
        if len(self._newest) > self._size:
            self._newest.popleft()

    def clear(self) -> None:
        self._newest.clear()

    def wait(self, now: float) -> int:
        """0 if there is room at `now`, else the whole seconds until there is, at least 1."""
        if len(self._newest) < self._size:
            return 0
        return whole_seconds(self._newest[0] + self._seconds - now)


def whole_seconds(seconds: float) -> int:
    """The seconds rounded up, 0 if none are left."""
    return max(0, math.ceil(seconds))


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
        self._window = RollingWindow(self.requests, self.seconds)

    def wait(self, now: float) -> int:
        """0 if a request may pass at `now`, else the whole seconds until one may, at least 1."""
        with self._lock:
            wait = self._window.wait(now)
            if not wait:
                self._window.add(now)
            return wait
