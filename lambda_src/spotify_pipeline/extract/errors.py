"""Exceptions of the extract function, grouped by how a run handles them."""

from spotify_pipeline.statuses import PlaylistStatus, RunStatus

OUTAGE_SECONDS = 300
"""Pause before an attempt after an outage."""


# Interruptions: the attempt ends as `partial`, and another one resumes the run.


class InterruptionError(Exception):
    """Ends the attempt; the run resumes after at least `pause` seconds.

    Without a `pause` (None) nothing resumes it: only a later scheduled run may succeed.
    """

    def __init__(self, reason: str, pause: float | None) -> None:
        super().__init__(reason)
        self.pause = pause


class OutOfTimeError(InterruptionError):
    """Too little of the invocation's time remains to start another request."""

    def __init__(self) -> None:
        super().__init__("the invocation's time is over; the rest follows in another one", 0)


class RateLimitedError(InterruptionError):
    """Spotify's rate limit lasts longer than an invocation may wait."""


class QuotaExceededError(InterruptionError):
    """The developer account's quota is exhausted, for `pause` seconds if Spotify says so."""

    def __init__(self, pause: float | None = None) -> None:
        super().__init__("429 QUOTA_EXCEEDED: the developer account's quota is used up", pause)


class IncompleteLibraryError(InterruptionError):
    """The user's library was listed only in part; the rest of the run is stored."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, None)


class PlaysRefusedError(InterruptionError):
    """Spotify does not accept the request for plays; the next scheduled run repeats it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the recently played tracks were refused: {reason}", None)


class BudgetSpentError(InterruptionError):
    """The environment's daily calls are spent; enough of them are free after `pause` seconds."""

    def __init__(self, daily_calls: int, pause: float) -> None:
        super().__init__(
            f"the budget of {daily_calls:,} calls in 24 hours (spotify.daily_calls) is spent", pause
        )


class SupersededError(InterruptionError):
    """A newer run of the same schedule does the rest."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"a newer run of the schedule replaces this one: {run_id}", None)


class OutageError(InterruptionError):
    """Spotify is unavailable."""

    def __init__(self, reason: str, pause: float = OUTAGE_SECONDS) -> None:
        super().__init__(reason, pause)


# Run refused: the run ends with a status of its own, until a person removes the cause.


class RunRefusedError(Exception):
    """Spotify refuses this app or user altogether, or the secret has no credentials.

    `status` is the run's: `unconfigured`, `grant_refused`, `premium_lapsed`, `user_not_listed`.
    """

    def __init__(self, status: RunStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


# Item refused: recorded with the playlist, artist or album; the run continues.


class RefusedError(Exception):
    """Spotify refuses one item; `status` is the item's status in the tables.

    `unauthorized`, `forbidden`, `missing`, `removed` for an endpoint that this app lacks, or
    `failed` for a request that Spotify does not accept, such as one for a wrong id.
    """

    def __init__(self, status: PlaylistStatus | str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class StaleTokenError(RefusedError):
    """Spotify rejects the access token; a renewed one may succeed."""

    def __init__(self, reason: str) -> None:
        super().__init__(PlaylistStatus.UNAUTHORIZED, reason)


# Unavailable: retried, then left to the next attempt, and marked failed in the last one.


class UnavailableError(Exception):
    """No usable response: a network fault, a 5xx, or no JSON of the expected shape."""


# Handled by the Spotify client: waited for, or raised again as one of the above.


class ThrottledError(Exception):
    """A rate limit: wait for `seconds` and repeat the request; None if Spotify does not say."""

    def __init__(self, seconds: int | None) -> None:
        super().__init__("429 rate limited")
        self.seconds = seconds


class TokenRefusedError(Exception):
    """The token endpoint refuses a request: its status code, OAuth error and description."""

    def __init__(self, status_code: int, error: str, description: str) -> None:
        super().__init__(f"{status_code} {error}")
        self.status_code = status_code
        self.error = error
        self.description = description


# Lost races and bugs: the run is recorded as `failed` and the error raised, so Lambda retries.


class LostRaceError(Exception):
    """Other runs changed the schedule's state during every write; all runs' parts are stored."""
