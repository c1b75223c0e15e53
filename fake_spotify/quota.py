"""Spotify's quota of a developer account: a maximum number of calls in a rolling day."""

import threading

import msgspec

from fake_spotify.rate_window import RollingWindow, whole_seconds

_DAY = 24 * 60 * 60


class Quota(msgspec.Struct, forbid_unknown_fields=True, dict=True):
    """Allows `calls` in any 24 hours; refused calls count too.

    With `lockout_seconds`, the first refusal starts a lockout of that length: everything in it is
    refused, and afterwards counting starts anew. `retry_after` is false if refusals do not state
    when to call again. Raises ValueError naming an invalid field.
    """

    calls: int
    lockout_seconds: float | None = None
    retry_after: bool = True

    def __post_init__(self) -> None:
        if self.calls < 1:
            raise ValueError(f"calls must be 1 or more; it is {self.calls}")
        if self.lockout_seconds is not None and self.lockout_seconds <= 0:
            raise ValueError(
                f"lockout_seconds must be more than 0, or null; it is {self.lockout_seconds}"
            )
        self._lock = threading.Lock()
        self._window = RollingWindow(self.calls, _DAY)
        self._locked_until = 0.0

    def wait(self, now: float) -> int:
        """Count a call. 0 if it passes at `now`, else the whole seconds until one would."""
        with self._lock:
            if locked := whole_seconds(self._locked_until - now):
                return locked
            is_refused = self._window.wait(now) > 0
            if is_refused and self.lockout_seconds is not None:
                self._locked_until = now + self.lockout_seconds
                self._window.clear()
                return whole_seconds(self.lockout_seconds)
            self._window.add(now)
            return self._window.wait(now) if is_refused else 0
