"""Classification of the 4xx responses that refuse an item, or the app, with a remedy for each.

Statuses and messages: https://developer.spotify.com/documentation/web-api/concepts/api-calls
"""

from spotify_pipeline.extract.errors import RefusedError, RunRefusedError, StaleTokenError
from spotify_pipeline.scopes import AUTHORISE, SCOPES_OF_PATHS, lacking
from spotify_pipeline.sources import is_id
from spotify_pipeline.statuses import REMOVED, PlaylistStatus, RunStatus

_STATUSES = {
    401: PlaylistStatus.UNAUTHORIZED,
    403: PlaylistStatus.FORBIDDEN,
    404: PlaylistStatus.MISSING,
    410: PlaylistStatus.MISSING,
    451: PlaylistStatus.FORBIDDEN,
}
"""Any other refusal, such as a 400 for a wrong id, makes the item `failed`."""

_LEGAL_REASONS = 451
_NO_ANSWER_WITHOUT_USER = (401, 403, 404)
_PLAYS = "me/player/recently-played"
_USERS_SOURCES = {
    "me/playlists": "the source my_playlists needs a user's authorisation: {}, or list playlists "
    "by id",
    _PLAYS: "the source recently_played needs a user's authorisation: {}",
}
"""The remedy, by path, where only a user's token gets a response."""

_EDITORIAL = "playlists/37i9"

_NO_SCOPE = "insufficient client scope"

_WHOLE_APP = {
    "active premium subscription": (
        RunStatus.PREMIUM_LAPSED,
        "Spotify serves requests only while the app's owner has Premium: renew the subscription",
    ),
    "registered": (
        RunStatus.USER_NOT_LISTED,
        "add the user to the app's Users Management at https://developer.spotify.com/dashboard, "
        "or authorise the app as a user that is there",
    ),
    _NO_SCOPE: (
        RunStatus.GRANT_REFUSED,
        f"the user's authorisation does not cover this: {AUTHORISE}",
    ),
}
"""Words in the message of a 403 that refuses the app or its user altogether."""


def refusal(path: str, code: int, message: str) -> RefusedError | RunRefusedError:
    """The error for a 4xx to a path below the API's root."""
    response = f"{code} {message}"
    if code == 401 and "user authentication" not in message.lower():  # noqa: PLR2004 - HTTP
        return StaleTokenError(response)
    if code == 403:  # noqa: PLR2004 - HTTP
        scope = SCOPES_OF_PATHS.get(path)
        if scope and _NO_SCOPE in message.lower():
            return RefusedError(PlaylistStatus.UNAUTHORIZED, f"{response}: {lacking([scope])}")
        for words, (run_status, remedy) in _WHOLE_APP.items():
            if words in message.lower():
                return RunRefusedError(run_status, f"{response}: {remedy}")
    if path in _USERS_SOURCES and code in _NO_ANSWER_WITHOUT_USER:
        needed = _USERS_SOURCES[path].format("run make auth ENV=<environment>")
        return RunRefusedError(RunStatus.UNCONFIGURED, f"{response}: {needed}")
    if code == 403 and path in ("artists", "albums"):  # noqa: PLR2004 - HTTP
        reason = f"{response}: this app no longer has the endpoint /{path}?ids="
        return RefusedError(REMOVED, reason)
    status = _STATUSES.get(code, PlaylistStatus.FAILED)
    return RefusedError(status, f"{response}: {_remedy(status, code, path)}")


def withheld(*, has_user: bool) -> RefusedError:
    """The error for a playlist whose contents a newer app is not given."""
    status = PlaylistStatus.FORBIDDEN if has_user else PlaylistStatus.UNAUTHORIZED
    return RefusedError(status, f"its contents are withheld: {_remedy(status, 200, '')}")


def checked_id(text: str) -> str:
    """The id, if it can be part of a path. Raises RefusedError naming it."""
    if is_id(text):
        return text
    reason = f"{text[:100]!r} is no id of 22 letters and digits: take it out of the sources"
    raise RefusedError(PlaylistStatus.FAILED, reason)


def _remedy(status: PlaylistStatus, code: int, path: str) -> str:
    if code == _LEGAL_REASONS:
        return "Spotify withholds it for legal reasons: take it out of the sources"
    if status == PlaylistStatus.FAILED:
        return "Spotify does not accept this request: check the id, or take it out of the sources"
    if status == PlaylistStatus.UNAUTHORIZED:
        return f"this app's own token may not read it, a user's may: {AUTHORISE}"
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
