"""The liked songs as a source: one request shows their number, or why they are not readable."""

from operations.check.sources import READABLE, Source
from spotify_pipeline.extract.errors import RefusedError
from spotify_pipeline.extract.parts.liked_songs import NAME, describe, plan_liked_songs
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.sources import LIKED


def find_liked_songs(spotify: SpotifyClient) -> Source:
    """Request the first page, unless a user or the scope is missing.

    Raises UnavailableError, and the errors that end an attempt.
    """
    planned = plan_liked_songs(spotify)
    if planned.status:
        return Source("playlist", LIKED, planned.status, NAME)
    try:
        listing = describe(spotify.liked_songs(0), None).read(Listing)
    except RefusedError as refusal:
        return Source("playlist", LIKED, refusal.status, NAME)
    return Source("playlist", LIKED, READABLE, NAME, listing.total)
