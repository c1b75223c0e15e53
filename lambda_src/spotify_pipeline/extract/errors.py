"""What ends an attempt before the run is complete, without anything being wrong with the run."""


class InterruptionError(Exception):
    """The rest of the run follows in another attempt, `pause` seconds from now at the earliest.

    Without a `pause` (None) no later start is known to help: the next scheduled run has to do.
    """

    def __init__(self, reason: str, pause: float | None) -> None:
        super().__init__(reason)
        self.pause = pause


class OutOfTimeError(InterruptionError):
    """The invocation has too little time left to begin anything more."""

    def __init__(self) -> None:
        super().__init__("the invocation's time is over; the rest follows in another one", 0)


class RateLimitedError(InterruptionError):
    """Spotify asks for a pause that is too long to be waited for here."""


class QuotaExceededError(InterruptionError):
    """The quota of the developer account is used up, until nobody knows when."""

    def __init__(self) -> None:
        super().__init__("429 QUOTA_EXCEEDED: the developer account's quota is used up", None)


OUTAGE_SECONDS = 300
"""How soon it is looked again whether an outage is over."""


class OutageError(InterruptionError):
    """Spotify gives no usable answers at the moment, whatever is asked."""

    def __init__(self, reason: str, pause: float = OUTAGE_SECONDS) -> None:
        super().__init__(reason, pause)
