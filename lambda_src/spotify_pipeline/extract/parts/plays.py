"""Plans the user's recently played tracks: one request, and a page to store if it has news."""

from spotify_pipeline.extract.decoding import UnreadableError
from spotify_pipeline.extract.errors import (
    PlaysRefusedError,
    RefusedError,
    RunRefusedError,
    UnavailableError,
)
from spotify_pipeline.extract.plan import PlannedPlays
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.state.plays import StoredPlays, read_page
from spotify_pipeline.statuses import PlaylistStatus, RunStatus

_WITHHELD = (PlaylistStatus.FORBIDDEN, PlaylistStatus.UNAUTHORIZED)


def plan_plays(spotify: SpotifyClient, stored: StoredPlays | None) -> PlannedPlays | None:
    """Request the newest plays. None if the last stored page has them all.

    The first page is stored in any case, and follows no gap. Raises PlaysRefusedError,
    RunRefusedError or UnavailableError.
    """
    try:
        response = spotify.recently_played()
        page = read_page(response.body, response.fetched_at)
    except RefusedError as refusal:
        if refusal.status in _WITHHELD:
            raise RunRefusedError(RunStatus.GRANT_REFUSED, refusal.reason) from refusal
        raise PlaysRefusedError(refusal.reason) from refusal
    except UnreadableError as error:
        raise UnavailableError(f"unexpected response for plays: {error}") from error
    if stored is None:
        return PlannedPlays(response)
    if stored.has_all_of(page):
        return None
    return PlannedPlays(response, stored.gap_before(page))
