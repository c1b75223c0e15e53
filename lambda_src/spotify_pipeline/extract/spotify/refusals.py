"""What Spotify refuses, by meaning: to which playlist or run it matters, and what a person can do.

Statuses and messages: https://developer.spotify.com/documentation/web-api/concepts/api-calls
"""

_STATUSES = {401: "unauthorized", 403: "forbidden", 404: "missing"}
_EDITORIAL = "playlists/37i9"

_AUTHORISE = "run make auth ENV=<environment> and authorise the app anew"
_WHOLE_APP = {
    "active premium subscription": (
        "premium_lapsed",
        "Spotify answers only while the app's owner has Premium: renew the subscription",
    ),
    "registered": (
        "user_not_listed",
        "add the user to the app's Users Management at https://developer.spotify.com/dashboard, "
        "or authorise the app as a user that is there",
    ),
    "insufficient client scope": (
        "grant_refused",
        f"the user's authorisation does not cover this: {_AUTHORISE}",
    ),
}


class RefusedError(Exception):
    """Spotify will not give this one thing; `status` is its status in the tables.

    `unauthorized`, `forbidden`, `missing`, or `removed` for an endpoint that this app lacks.
    """

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class RunRefusedError(Exception):
    """Spotify gives this app or user nothing, and only a person can change that.

    `status` is the run's: `unconfigured`, `grant_refused`, `premium_lapsed`, `user_not_listed`.
    """

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class StaleTokenError(RefusedError):
    """The token is not taken, perhaps for its age: another one may be."""

    def __init__(self, reason: str) -> None:
        super().__init__("unauthorized", reason)


def refusal(path: str, code: int, message: str) -> Exception:
    """What a 401, 403 or 404 to a path below the API's root means."""
    said = f"{code} {message}"
    if code == 401 and "user authentication" not in message.lower():  # noqa: PLR2004 - HTTP
        return StaleTokenError(said)
    if code == 403:  # noqa: PLR2004 - HTTP
        for words, (status, remedy) in _WHOLE_APP.items():
            if words in message.lower():
                return RunRefusedError(status, f"{said}: {remedy}")
    if path == "me/playlists":
        return RunRefusedError("unconfigured", f"{said}: {_needs_a_user()}")
    status = _STATUSES[code]
    if status == "forbidden" and path in ("artists", "albums"):
        return RefusedError("removed", f"{said}: this app no longer has the endpoint /{path}?ids=")
    return RefusedError(status, f"{said}: {_remedy(status, path)}")


def _needs_a_user() -> str:
    return (
        "the source my_playlists needs a user's authorisation: run make auth ENV=<environment>, "
        "or list playlists by id"
    )


def _remedy(status: str, path: str) -> str:
    if status == "unauthorized":
        return f"this app's own token may not read it, a user's may: {_AUTHORISE}"
    if status == "forbidden":
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
