"""Statuses of runs and playlists, as the tables `runs` and `playlists` hold them.

Only the standard library is needed, so that synth can import the table declarations.
"""

from enum import StrEnum


class RunStatus(StrEnum):
    """The outcome of one attempt at a run.

    The last four end a run without an error: only a person can mend the cause.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    UNCONFIGURED = "unconfigured"
    GRANT_REFUSED = "grant_refused"
    PREMIUM_LAPSED = "premium_lapsed"
    USER_NOT_LISTED = "user_not_listed"


class PlaylistStatus(StrEnum):
    """The outcome of one observation of a playlist.

    An artist or album that Spotify refuses has the same statuses, as the rule of its row in
    `rejected`.
    """

    WALKED = "walked"
    UNCHANGED = "unchanged"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    UNAUTHORIZED = "unauthorized"
    FAILED = "failed"


REMOVED = "removed"
"""The rule of an artist or album in `rejected` if the app lacks the endpoint."""
