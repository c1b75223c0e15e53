"""The user's id: it tells the playlists of others, whose contents newer apps are not given.

It is also the owner of the liked songs.
"""

from collections.abc import Iterable

import msgspec

from spotify_pipeline.extract.errors import RefusedError, UnavailableError
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response


class _Profile(msgspec.Struct):
    id: str | None = None


def find_user_id(
    spotify: SpotifyClient, listings: Iterable[Listing], *, is_owner: bool = False
) -> str | None:
    """The user's id, if some of the library's listings withhold contents and none shows it.

    Always if the user `is_owner` of the liked songs: own_ids may name others too. None also if
    Spotify does not say: then such playlists are requested.
    """
    listed = list(listings)
    is_hidden = any(listing.is_withheld for listing in listed) and not own_ids(listed)
    if not (is_owner or is_hidden):
        return None
    try:
        response: Response = spotify.current_user()
        return response.read(_Profile).id
    except (RefusedError, UnavailableError):
        return None


def own_ids(listings: Iterable[Listing]) -> set[object]:
    """The user's id, as owner of the listed playlists with contents; empty if there are none."""
    return {
        listing.owner_id
        for listing in listings
        if not listing.is_withheld and not listing.collaborative
    }
