"""The authorisation of the app: a user's or its own, its scopes and its age."""

from dataclasses import dataclass

from operations.consent import SCOPES
from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import OutageError, RunRefusedError
from spotify_pipeline.extract.spotify.auth import Auth

_NEEDS_USER = (
    "a source such as my_playlists needs a user's authorisation: run make auth, or list playlists "
    "by id"
)


@dataclass(frozen=True)
class Authorisation:
    """`fault` says why it does not work or suffice. `scopes` is None if none are known.

    `works` is True if Spotify issued an access token.
    """

    has_user: bool
    works: bool
    age_days: float | None = None
    scopes: list[str] | None = None
    fault: str | None = None

    @property
    def is_ok(self) -> bool:
        return self.fault is None


def authorisation(auth: Auth, *, needs_user: bool) -> Authorisation:
    """Request an access token, which is no call to the Web API."""
    has_user = bool(auth.credentials.refresh_token)
    age_days = auth.credentials.age_days(clock.utc_now()) if has_user else None
    try:
        auth.get_access_token()
    except (OutageError, RunRefusedError) as error:
        return Authorisation(has_user, False, age_days, fault=str(error))
    if not has_user:
        return Authorisation(False, True, fault=_NEEDS_USER if needs_user else None)
    granted = auth.scope or auth.credentials.scope
    scopes = None if granted is None else granted.split()
    return Authorisation(True, True, age_days, scopes, _missing(scopes))


def _missing(scopes: list[str] | None) -> str | None:
    missing = [scope for scope in SCOPES if scopes is not None and scope not in scopes]
    if not missing:
        return None
    return (
        f"the scope {' and '.join(missing)} is missing, so that some playlists are not listed or "
        "not readable: run make auth"
    )
