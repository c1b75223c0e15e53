"""The OAuth scopes that each source needs, and those that an authorisation lacks.

https://developer.spotify.com/documentation/web-api/concepts/scopes
"""

from collections.abc import Collection, Iterable

import msgspec

from spotify_pipeline.sources import Sources

_LIBRARY = "user-library-read"
_RECENTLY_PLAYED = "user-read-recently-played"
_PLAYLISTS = ("playlist-read-private", "playlist-read-collaborative")

SCOPES: dict[str, tuple[str, ...]] = {
    "my_playlists": _PLAYLISTS,
    "playlists": _PLAYLISTS,
    "liked_songs": (_LIBRARY,),
    "recently_played": (_RECENTLY_PLAYED,),
}
"""Scopes by field of `Sources`; a source that is not here needs none."""

SCOPES_OF_PATHS = {"me/tracks": _LIBRARY, "me/player/recently-played": _RECENTLY_PLAYED}
"""The scope of a path that one source alone requests: without it, only that source is refused."""

AUTHORISE = "run make auth ENV=<environment> and authorise the app anew"
"""The remedy for a missing scope."""


def needed_scopes(all_sources: Iterable[Sources]) -> list[str]:
    """The scopes that these sources need, each once."""
    return list(
        dict.fromkeys(
            scope
            for sources in all_sources
            for source, value in msgspec.structs.asdict(sources).items()
            if value
            for scope in SCOPES.get(source, ())
        )
    )


def missing_scopes(needed: Iterable[str], granted: Collection[str] | None) -> list[str]:
    """The needed scopes that are not among the granted ones; none if these are unknown."""
    return [scope for scope in needed if granted is not None and scope not in granted]


def lacking(scopes: Iterable[str]) -> str:
    """A reason that names missing scopes and the remedy."""
    return f"the authorisation lacks the scope {' and '.join(scopes)}: {AUTHORISE}"
