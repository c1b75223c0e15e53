"""Results that do not depend on how the last day was read, and the scope of queries."""

import pytest

from stacks.sql_files import saved_queries
from tests.sql.conftest import Database
from tests.sql.queries.conftest import DAY2

# Queries about current playlists, whose result must not depend on how the last day was read.
CURRENT = {
    "most_playlisted_tracks": ("track", "playlists", "entries"),
    "most_playlisted_artists": ("artist", "playlists", "entries"),
    "playlist_overlap": ("playlist", "other_playlist", "shared"),
    "release_decades": ("decade", "tracks", "entries"),
    "explicit_and_duration": ("playlist", "tracks", "longest_seconds"),
    "artist_collaborations": ("artist", "other_artist", "tracks"),
    "duplicate_recordings": ("playlist", "entry", "copies"),
    "genre_mix": ("genre", "entries", "tracks", "playlists"),
    "labels": ("label", "entries", "tracks", "playlists"),
    "artist_concentration": ("playlist", "entries", "artists", "top_artist", "top_share"),
    "playlist_ages": ("playlist", "tracks", "dated_tracks"),
    "popularity_trend": ("track", "popularity_now", "playlists"),
}


@pytest.mark.parametrize("query", CURRENT)
@pytest.mark.parametrize("reading", ["unchanged", "forbidden", "missing", "again", "twice a day"])
def test_a_result_does_not_depend_on_how_the_last_day_was_read(
    music: Database, query: str, reading: str
) -> None:
    """Contents that were re-read, unreadable or unchanged give the same result."""
    music.insert("albums", album_id="lp", release_date="2001-01-01", run_id="r", ingest_date=DAY2)
    before = music.columns(query, *CURRENT[query])
    assert before
    day = DAY2 if reading == "twice a day" else "2026-03-03"
    run = music.run(day, number=11)
    if reading in ("again", "twice a day"):
        music.observe(run, "mix", "m2", "song", "song", "hymn", None)
        music.observe(run, "run", "r1", "song", "air")
    else:
        lost = {"forbidden": None, "missing": None}
        for playlist, snapshot in (("mix", "m2"), ("run", "r1")):
            music.observe(run, playlist, lost.get(reading, snapshot), status=reading)
    assert music.columns(query, *CURRENT[query]) == before


@pytest.mark.parametrize("query", CURRENT)
def test_a_track_that_several_runs_describe_counts_once(music: Database, query: str) -> None:
    before = music.columns(query, *CURRENT[query])
    last = music.run(DAY2, number=5)
    music.describe(last, "song", "ann", "bob", duration_ms=90_000)
    assert music.columns(query, *CURRENT[query]) == before


# Queries about tracks alone, and a column that episodes would change.
TRACKS_ONLY = {
    "most_playlisted_tracks": ("track", "Song"),
    "most_playlisted_artists": ("tracks", 1),
    "release_decades": ("tracks", 1),
    "explicit_and_duration": ("tracks", 1),
    "genre_mix": ("tracks", 1),
    "labels": ("tracks", 1),
    "playlist_ages": ("tracks", 1),
    "popularity_trend": ("track", "Song"),
}


@pytest.mark.parametrize("query", TRACKS_ONLY)
def test_a_query_of_tracks_alone_states_its_scope(mixed: Database, query: str) -> None:
    column, value = TRACKS_ONLY[query]
    assert mixed.columns(query, column) == [(value,)]
    [file] = [file for file in saved_queries() if file.name == query]
    assert "tracks" in file.question
