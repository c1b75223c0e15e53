"""Scopes that sources need, and those that an authorisation lacks."""

import pytest

from spotify_pipeline.scopes import missing_scopes, needed_scopes
from spotify_pipeline.sources import Sources

PLAYLISTS = ["playlist-read-private", "playlist-read-collaborative"]
ID = "37i9dQZF1DXcBWIGoYBM5M"


@pytest.mark.parametrize(
    ("sources", "needed"),
    [
        ([Sources(my_playlists=True)], PLAYLISTS),
        ([Sources(playlists=(ID,))], PLAYLISTS),
        ([Sources(liked_songs=True)], ["user-library-read"]),
        ([Sources(artists=(ID,), albums=(ID,))], []),
        (
            [Sources(my_playlists=True), Sources(playlists=(ID,), liked_songs=True)],
            [*PLAYLISTS, "user-library-read"],
        ),
    ],
)
def test_sources_need_their_scopes_and_no_others(sources: list[Sources], needed: list[str]) -> None:
    assert needed_scopes(sources) == needed


def test_nothing_is_missing_where_the_granted_scopes_are_unknown() -> None:
    assert missing_scopes(PLAYLISTS, None) == []
    assert missing_scopes(PLAYLISTS, PLAYLISTS[:1]) == PLAYLISTS[1:]
