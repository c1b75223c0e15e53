"""Statuses of runs and playlists, and origins of plays, as the tables hold them.

Uses only the standard library: synth imports the table declarations without other packages.
"""

from enum import StrEnum


class RunStatus(StrEnum):
    """The outcome of one attempt at a run.

    The last four end a run without an error: a person must remove the cause.
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

    An artist, album or track that Spotify refuses has the same statuses, in the column `rule` of
    `rejected`.
    """

    WALKED = "walked"
    UNCHANGED = "unchanged"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    UNAUTHORIZED = "unauthorized"
    FAILED = "failed"


class PlayOrigin(StrEnum):
    """Where a play was reported: the API, or one of Spotify's two data exports."""

    API = "api"
    ACCOUNT_DATA = "account-data"
    EXTENDED = "extended"


SHORT = "short"
"""The rule of an album's tracks in `rejected` that Spotify counts but does not return."""

REMOVED = "removed"
"""The rule of an artist or album in `rejected` whose endpoint the app lacks."""
