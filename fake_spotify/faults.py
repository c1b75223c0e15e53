"""Faults that a test or a person has the fake Spotify show, and which requests they hit."""

import re
import threading
from dataclasses import dataclass
from enum import StrEnum

import msgspec

TOKEN_PATH = "/api/token"
API_PATH = "/v1/"
_PLAYLIST_PATH = "/v1/playlists/"


class Kind(StrEnum):
    """What a request meets; where a kind can be met at all is Spotify's own doing."""

    RATE_LIMIT = "rate_limit"
    """429, with Retry-After or without."""
    QUOTA = "quota"
    """The developer account's quota is used up: 429 with a reason, and no time."""
    ERROR = "error"
    """A 5xx: of a gateway (502, 504) as text, else as JSON."""
    DROP = "drop"
    """The connection is closed without an answer."""
    SLOW = "slow"
    """The usual answer after some time."""
    HTML = "html"
    """200 with a page."""
    EMPTY = "empty"
    """200 with nothing in it."""
    ERROR_STRING = "error_string"
    """A refusal whose `error` is a string in the place of an object."""
    EXPIRED = "expired"
    """The access token that the request came with has just expired."""
    INVALID_GRANT = "invalid_grant"
    """The refresh token has expired."""
    MOVE = "move"
    """The playlist in the request's path gets a new snapshot before the usual answer."""
    PREMIUM = "premium"
    """The app's owner no longer pays: 403."""
    NOT_LISTED = "not_listed"
    """The user is not among the app's users: 403."""

    @property
    def answers(self) -> bool:
        """Whether it takes the place of the usual answer."""
        return self not in (Kind.SLOW, Kind.EXPIRED, Kind.MOVE)

    def is_met_at(self, path: str) -> bool:
        if self is Kind.INVALID_GRANT:
            return path == TOKEN_PATH
        if self is Kind.MOVE:
            return path.startswith(_PLAYLIST_PATH)
        if self in (Kind.QUOTA, Kind.EXPIRED, Kind.PREMIUM, Kind.NOT_LISTED):
            return path.startswith(API_PATH)
        return True


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which requests a fault hits. Raises ValueError naming the field that cannot be.

    `path` is a regular expression for the whole path of a request; `after` so many that match,
    each `every`-th one is hit, `count` times (None: for ever).

    `status` is that of ERROR, one of 500, 502, 503, 504, or of ERROR_STRING, where 400 stands in
    the place of the default. `retry_after` is sent as it is with RATE_LIMIT, None leaves it out.
    `seconds` is how long SLOW takes.
    """

    kind: Kind
    path: str = ".*"
    after: int = 0
    every: int = 1
    count: int | None = 1
    status: int = 503
    retry_after: str | None = "2"
    seconds: float = 0.0

    def __post_init__(self) -> None:
        _check("after", self.after, self.after >= 0, "0 or more")
        _check("every", self.every, self.every >= 1, "1 or more")
        _check("count", self.count, self.count is None or self.count >= 1, "1 or more, or null")
        _check("seconds", self.seconds, self.seconds >= 0, "0 or more")
        if self.kind is Kind.ERROR:
            _check("status", self.status, self.status in (500, 502, 503, 504), "500, 502, 503, 504")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path {self.path!r} is no regular expression: {error}") from None


def _check(field: str, value: object, holds: bool, expected: str) -> None:
    if not holds:
        raise ValueError(f"{field} must be {expected}; it is {value}")


@dataclass
class Tally:
    """How many requests a fault matched, and how many it hit."""

    fault: Fault
    matched: int = 0
    hits: int = 0

    def take(self, path: str) -> bool:
        """Count a request; whether it is hit."""
        fault = self.fault
        if not (fault.kind.is_met_at(path) and re.fullmatch(fault.path, path)):
            return False
        self.matched += 1
        beyond = self.matched - fault.after
        is_due = beyond > 0 and beyond % fault.every == 0
        is_hit = is_due and (fault.count is None or self.hits < fault.count)
        self.hits += is_hit
        return is_hit


class Faults:
    """The faults in force, in the order in which they came. Any thread may call any method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: list[Tally] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._tallies.append(Tally(fault))

    def clear(self) -> None:
        self.replace([])

    def replace(self, faults: list[Fault]) -> None:
        """Put these in the place of all others."""
        with self._lock:
            self._tallies = [Tally(fault) for fault in faults]

    def tallies(self) -> list[Tally]:
        with self._lock:
            return [Tally(one.fault, one.matched, one.hits) for one in self._tallies]

    def hitting(self, path: str) -> list[Fault]:
        """What a request meets, in order: the first fault that answers it is the last one."""
        met = []
        with self._lock:
            for tally in self._tallies:
                if tally.take(path):
                    met.append(tally.fault)
                    if tally.fault.kind.answers:
                        break
        return met
