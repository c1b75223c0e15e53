"""Fault injection: the kinds of faults, and the selection of the requests that they hit."""

import re
import threading
from dataclasses import dataclass
from enum import StrEnum

import msgspec

TOKEN_PATH = "/api/token"
API_PATH = "/v1/"
_PLAYLIST_PATH = "/v1/playlists/"


class Kind(StrEnum):
    """Kinds of faults. Each occurs only on the endpoints where Spotify can produce it."""

    RATE_LIMIT = "rate_limit"
    """429, with or without Retry-After."""
    QUOTA = "quota"
    """The developer account's quota is exhausted: 429 with a reason, without Retry-After."""
    ERROR = "error"
    """A 5xx: plain text for gateway errors (502, 504), otherwise JSON."""
    DROP = "drop"
    """The connection is closed without a response."""
    SLOW = "slow"
    """The normal response after a delay."""
    HTML = "html"
    """200 with an HTML page."""
    EMPTY = "empty"
    """200 with an empty body."""
    ERROR_STRING = "error_string"
    """A refusal whose `error` is a string instead of an object."""
    EXPIRED = "expired"
    """The request's access token expires before the request is handled."""
    INVALID_GRANT = "invalid_grant"
    """The refresh token has expired."""
    MOVE = "move"
    """The playlist in the request's path gets a new snapshot before the normal response."""
    SHORT_EMBEDDED = "short_embedded"
    """The page embedded in a playlist's response has half of its entries, its total unchanged."""
    PREMIUM = "premium"
    """The app's owner has no Premium subscription: 403."""
    NOT_LISTED = "not_listed"
    """The user is not registered for the app: 403."""

    @property
    def replaces_response(self) -> bool:
        """True if the fault replaces the normal response."""
        return self not in (Kind.SLOW, Kind.EXPIRED, Kind.MOVE, Kind.SHORT_EMBEDDED)

    def applies_to(self, path: str) -> bool:
        if self is Kind.INVALID_GRANT:
            return path == TOKEN_PATH
        if self is Kind.MOVE:
            return path.startswith(_PLAYLIST_PATH)
        if self is Kind.SHORT_EMBEDDED:
            playlist_id = path.removeprefix(_PLAYLIST_PATH)
            return playlist_id != path and "/" not in playlist_id
        if self in (Kind.QUOTA, Kind.EXPIRED, Kind.PREMIUM, Kind.NOT_LISTED):
            return path.startswith(API_PATH)
        return True


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault and the requests that it hits. Raises ValueError naming an invalid field.

    `path` is a regular expression for the full request path. The fault skips the first `after`
    matches, then hits every `every`-th match, at most `count` times (None: no limit).

    `status` applies to ERROR (500, 502, 503 or 504) and to ERROR_STRING, where 400 replaces the
    default. RATE_LIMIT sends `retry_after` verbatim, or no header if None. `seconds` is the delay
    of SLOW.
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
    """Counts of the requests that a fault matched and hit."""

    fault: Fault
    matched: int = 0
    hits: int = 0

    def record(self, path: str) -> bool:
        """Count a request. True if the fault hits it."""
        fault = self.fault
        if not (fault.kind.applies_to(path) and re.fullmatch(fault.path, path)):
            return False
        self.matched += 1
        beyond = self.matched - fault.after
        is_due = beyond > 0 and beyond % fault.every == 0
        is_hit = is_due and (fault.count is None or self.hits < fault.count)
        self.hits += is_hit
        return is_hit


class Faults:
    """Active faults, in order of insertion. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: list[Tally] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._tallies.append(Tally(fault))

    def clear(self) -> None:
        self.replace([])

    def replace(self, faults: list[Fault]) -> None:
        """Replace all active faults."""
        with self._lock:
            self._tallies = [Tally(fault) for fault in faults]

    def tallies(self) -> list[Tally]:
        with self._lock:
            return [Tally(one.fault, one.matched, one.hits) for one in self._tallies]

    def hitting(self, path: str) -> list[Fault]:
        """Faults that hit a request, in order, up to the first that replaces the response."""
        hits = []
        with self._lock:
            for tally in self._tallies:
                if tally.record(path):
                    hits.append(tally.fault)
                    if tally.fault.kind.replaces_response:
                        break
        return hits
