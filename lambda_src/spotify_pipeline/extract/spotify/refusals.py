"""Classification of 401, 403 and 404 responses, with a remedy for each.

Statuses and messages: https://developer.spotify.com/documentation/web-api/concepts/api-calls
"""

from spotify_pipeline.extract.errors import RefusedError, RunRefusedError, StaleTokenError
from spotify_pipeline.statuses import REMOVED, PlaylistStatus, RunStatus

_STATUSES = {
    401: PlaylistStatus.UNAUTHORIZED,
    403: PlaylistStatus.FORBIDDEN,
    404: PlaylistStatus.MISSING,
}
_EDITORIAL = "playlists/37i9"

_AUTHORISE = "run make auth ENV=<environment> and authorise the app anew"
_WHOLE_APP = {
    "active premium subscription": (
        RunStatus.PREMIUM_LAPSED,
        "Spotify answers only while the app's owner has Premium: renew the subscription",
    ),
    "registered": (
        RunStatus.USER_NOT_LISTED,
        "add the user to the app's Users Management at https://developer.spotify.com/dashboard, "
        "or authorise the app as a user that is there",
    ),
    "insufficient client scope": (
        RunStatus.GRANT_REFUSED,
        f"the user's authorisation does not cover this: {_AUTHORISE}",
    ),
}
"""Words in the message of a 403 that refuses the app or its user altogether."""


def refusal(path: str, code: int, message: str) -> RefusedError | RunRefusedError:
    """The error for a 401, 403 or 404 to a path below the API's root."""
    response = f"{code} {message}"
    if code == 401 and "user authentication" not in message.lower():  # noqa: PLR2004 - HTTP
        return StaleTokenError(response)
    if code == 403:  # noqa: PLR2004 - HTTP
        for words, (run_status, remedy) in _WHOLE_APP.items():
            if words in message.lower():
                return RunRefusedError(run_status, f"{response}: {remedy}")
    if path == "me/playlists":
        return RunRefusedError(RunStatus.UNCONFIGURED, f"{response}: {_user_needed()}")
    status = _STATUSES[code]
    if status == PlaylistStatus.FORBIDDEN and path in ("artists", "albums"):
        reason = f"{response}: this app no longer has the endpoint /{path}?ids="
        return RefusedError(REMOVED, reason)
    return RefusedError(status, f"{response}: {_remedy(status, path)}")


def _user_needed() -> str:
    return (
        "the source my_playlists needs a user's authorisation: run make auth ENV=<environment>, "
        "or list playlists by id"
    )


def _remedy(status: PlaylistStatus, path: str) -> str:
    if status == PlaylistStatus.UNAUTHORIZED:
        return f"this app's own token may not read it, a user's may: {_AUTHORISE}"
    if status == PlaylistStatus.FORBIDDEN:
        return (
            "this app is given only what the authorising user owns or collaborates on: authorise "
            "it as the owner, or take it out of the sources"
        )
    if path.startswith(_EDITORIAL):
        return (
            "Spotify's own playlists are given only to apps that had them before November 2024: "
            "take it out of the sources"
        )
    return "deleted, private, or never there: check the id, or take it out of the sources"
