"""The authorisation of the app: a user's or its own, its scopes and its age."""

from collections.abc import Sequence
from dataclasses import dataclass

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import OutageError, RunRefusedError
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.scopes import missing_scopes


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


def authorisation(
    auth: Auth, *, user_sources: Sequence[str], needed: Sequence[str]
) -> Authorisation:
    """Request an access token, which is no call to the Web API.

    `user_sources` are the sources that need a user, `needed` the scopes of all sources.
    """
    has_user = bool(auth.credentials.refresh_token)
    age_days = auth.credentials.age_days(clock.utc_now()) if has_user else None
    try:
        auth.get_access_token()
    except (OutageError, RunRefusedError) as error:
        return Authorisation(has_user, False, age_days, fault=str(error))
    if not has_user:
        return Authorisation(False, True, fault=_needs_user(user_sources))
    scopes = auth.granted_scopes
    missing = missing_scopes(needed, scopes)
    return Authorisation(True, True, age_days, scopes, _fault(missing) if missing else None)


def _needs_user(sources: Sequence[str]) -> str | None:
    if not sources:
        return None
    subject, verb = ("source", "needs") if len(sources) == 1 else ("sources", "need")
    return (
        f"the {subject} {' and '.join(sources)} {verb} a user's authorisation: run make auth, or "
        "list playlists by id"
    )


def _fault(missing: Sequence[str]) -> str:
    return (
        f"the scope {' and '.join(missing)} is missing, so that some of the sources are not listed "
        "or not readable: run make auth"
    )
