"""Results of the saved queries on small data, worked out by hand."""

import pytest

from stacks.sql_files import saved_queries
from tests.sql.conftest import Database

DAY1, DAY2 = "2026-03-01", "2026-03-02"


EPISODE, OTHER_EPISODE = "spotify:episode:one", "spotify:episode:two"
FILE, UNTITLED = "spotify:local:Me::My+Song:30", "spotify:local::::0"


@pytest.fixture
def mixed(database: Database) -> Database:
    """A playlist of a track, episodes and local files that grew from one day to the next."""
    first, second = database.run(DAY1), database.run(DAY2)
    database.observe(first, "mix", "m1", "song", EPISODE, FILE)
    now = (FILE, "song", EPISODE, OTHER_EPISODE, OTHER_EPISODE, FILE, UNTITLED)
    database.observe(second, "mix", "m2", *now)
    database.describe(first, "song", "ann", duration_ms=180_000, is_explicit=False)
    for episode in ("one", "two"):
        database.describe_episode(first, episode, duration_ms=3_600_000, is_explicit=True)
    return database


@pytest.fixture
def music(database: Database) -> Database:
    """Two days of two playlists; on the second day one of them changed and was read twice."""
    first, second, third = database.run(DAY1), database.run(DAY2), database.run(DAY2, number=5)
    database.observe(first, "mix", "m1", "song", "tune", "song", followers=3)
    database.observe(first, "run", "r1", "song", "air")
    for again in (second, third):
        database.observe(again, "mix", "m2", "song", "song", "hymn", None, followers=4)
        database.observe(again, "run", "r1", status="unchanged")
    for run in (first, second):
        database.describe(run, "song", "ann", "bob", duration_ms=90_000)
        database.describe(run, "tune", "ann", duration_ms=60_000)
        database.describe(run, "air", "cyd", duration_ms=210_000)
    database.describe(second, "hymn", "bob", duration_ms=100_000)
    return database


def test_most_playlisted_tracks(music: Database) -> None:
    columns = ("track", "artists", "playlists", "entries")
    assert music.columns("most_playlisted_tracks", *columns) == [
        ("Song", "Ann, Bob", 2, 3),
        ("Air", "Cyd", 1, 1),
        ("Hymn", "Bob", 1, 1),
    ]


def test_most_playlisted_artists(music: Database) -> None:
    columns = ("artist", "playlists", "tracks", "entries")
    assert music.columns("most_playlisted_artists", *columns) == [
        ("Bob", 2, 2, 4),
        ("Ann", 2, 1, 3),
        ("Cyd", 1, 1, 1),
    ]


def test_credits_come_from_the_latest_response(music: Database) -> None:
    music.describe(music.run(DAY2, number=9, status="partial"), "song", "dee")
    assert music.columns("most_playlisted_tracks", "track", "artists")[0] == ("Song", "Dee")
    assert "Ann" not in [name for (name,) in music.columns("most_playlisted_artists", "artist")]


def test_changes_since_the_day_before(music: Database) -> None:
    columns = ("playlist", "change", "copies", "entry", "item_type", "day")
    assert music.columns("changes_since_the_day_before", *columns) == [
        ("Mix", "added", 1, "Hymn", "track", DAY2),
        ("Mix", "added", 1, "unavailable", "unavailable", DAY2),
        ("Mix", "removed", 1, "Tune", "track", DAY2),
    ]


def test_an_entry_added_and_removed_on_one_day_is_no_change(music: Database) -> None:
    music.observe(music.run(DAY2, number=8), "mix", "m3", "song", "song", "hymn", None, "air")
    music.observe(music.run(DAY2, number=9), "mix", "m4", "song", "song", "tune", None)
    columns = ("change", "copies", "entry")
    assert music.columns("changes_since_the_day_before", *columns) == [
        ("added", 1, "unavailable"),
    ]


def test_a_last_day_without_changes_has_no_rows(music: Database) -> None:
    quiet = music.run("2026-03-03")
    music.observe(quiet, "mix", "m2", status="unchanged")
    music.observe(quiet, "run", None, status="forbidden")
    assert music.rows("changes_since_the_day_before") == []


def test_playlist_overview(music: Database) -> None:
    columns = (
        "playlist",
        "status",
        "entries",
        "distinct_entries",
        "non_tracks",
        "minutes",
        "followers",
    )
    assert music.columns("playlist_overview", *columns) == [
        ("Mix", "walked", 4, 2, 1, 5, 4),
        ("Run", "unchanged", 2, 2, 0, 5, None),
    ]


def test_run_history(music: Database) -> None:
    found = music.columns("run_history", "day", "status", "attempt", "seconds")
    assert found == [(day, "complete", 1, 90) for day in (DAY2, DAY2, DAY1)]


def test_playlist_overlap_counts_each_entry_once(music: Database) -> None:
    """mix holds song (twice) and hymn, run holds song and air: one shared of three."""
    columns = ("playlist", "other_playlist", "shared", "in_either", "jaccard")
    assert music.columns("playlist_overlap", *columns) == [("Mix", "Run", 1, 3, 0.3333)]


def test_playlists_that_share_nothing_do_not_overlap(database: Database) -> None:
    run = database.run(DAY1)
    database.observe(run, "a", "a1", "x", None)
    database.observe(run, "b", "b1", "y", None)
    assert database.rows("playlist_overlap") == []


def test_overlap_breaks_ties_by_shared_entries_and_then_by_id(database: Database) -> None:
    run = database.run(DAY1)
    for playlist, entries in {"a": "xy", "b": "xy", "c": "z", "d": "z", "e": "z"}.items():
        database.observe(run, playlist, f"{playlist}1", *entries)
    columns = ("playlist", "other_playlist", "shared", "jaccard")
    assert database.columns("playlist_overlap", *columns) == [
        ("A", "B", 2, 1.0),
        ("C", "D", 1, 1.0),
        ("C", "E", 1, 1.0),
        ("D", "E", 1, 1.0),
    ]


def test_release_decades(music: Database) -> None:
    """Current entries: song (twice in mix, once in run), hymn, air; the last day is 2026-03-02."""
    at = {"run_id": "r", "extracted_at": "2026-03-02 06:00:00+00", "ingest_date": DAY2}
    for album, released in (("old", "1996-03-02"), ("young", "2016-03-02"), ("undated", None)):
        music.insert("albums", album_id=album, release_date=released, **at)
    for track, album in (("song", "old"), ("hymn", "young"), ("air", "undated")):
        music.insert("tracks", track_id=track, album_id=album, **at)
    columns = ("decade", "tracks", "entries", "share_of_entries", "average_age_years")
    assert music.columns("release_decades", *columns) == [
        (2010, 1, 1, 0.2, 10.0),
        (1990, 1, 3, 0.6, 30.0),
        (None, 1, 1, 0.2, None),
    ]


def test_explicit_and_duration(music: Database) -> None:
    """mix: song 90 s twice, hymn 100 s; run: song 90 s, air 210 s. Only some are known explicit."""
    at = {"run_id": "r", "extracted_at": "2026-03-02 06:00:00+00", "ingest_date": DAY2}
    for track, explicit in (("song", True), ("hymn", False)):
        music.insert("tracks", track_id=track, is_explicit=explicit, **at)
    music.observe(music.run(DAY2, number=7), "none", "n1")
    music.observe(music.run(DAY2, number=7), "mix", "m2", status="unchanged")
    music.observe(music.run(DAY2, number=7), "run", "r1", status="unchanged")
    columns = (
        "playlist",
        "tracks",
        "explicit_share",
        "shortest_seconds",
        "average_seconds",
        "longest_seconds",
    )
    assert music.columns("explicit_and_duration", *columns) == [
        ("Run", 2, 1.0, 90, 150, 210),
        ("Mix", 3, 0.6667, 90, 93, 100),
        ("None", 0, None, None, None, None),
    ]


def movers(database: Database) -> list[tuple[object, ...]]:
    columns = ("playlist", "entry", "rank_before", "rank_now", "places_gained")
    return database.columns("rank_movers", *columns)


def test_rank_movers(database: Database) -> None:
    first, second = database.run(DAY1), database.run(DAY2)
    database.observe(first, "chart", "c1", "a", "b", "c", "d", "gone")
    database.observe(second, "chart", "c2", "d", "new", "a", "b", "c")
    database.describe(first, "d")
    assert movers(database) == [
        ("Chart", "D", 4, 1, 3),
        ("Chart", "spotify:track:a", 1, 3, -2),
        ("Chart", "spotify:track:b", 2, 4, -2),
        ("Chart", "spotify:track:c", 3, 5, -2),
    ]


def test_ranks_compare_the_last_readings_of_two_days(
    database: Database,
) -> None:
    database.observe(database.run(DAY1, number=5), "chart", "c0", "b", "a")
    database.observe(database.run(DAY1, number=6), "chart", "c1", "a", "b")
    database.observe(database.run(DAY2), "chart", None, status="forbidden")
    assert movers(database) == []
    database.observe(database.run("2026-03-03", number=5), "chart", "c2", "a", "b", "x")
    database.observe(database.run("2026-03-03", number=6), "chart", "c3", "x", "a", "b", "a")
    assert movers(database) == [
        ("Chart", "spotify:track:a", 1, 2, -1),
        ("Chart", "spotify:track:b", 2, 3, -1),
    ]


def test_an_unchanged_playlist_moves_nothing(database: Database) -> None:
    database.observe(database.run(DAY1), "chart", "c1", "a", "b")
    database.observe(database.run(DAY2), "chart", "c1", status="unchanged")
    assert movers(database) == []


def test_artist_collaborations(database: Database) -> None:
    run = database.run(DAY1)
    database.observe(run, "p", "p1", "duet", "duet", "trio", "solo")
    database.observe(run, "q", "q1", "duet")
    database.describe(run, "duet", "ann", "bob")
    database.describe(run, "trio", "bob", "ann", "cyd")
    database.describe(run, "solo", "ann")
    database.describe(run, "elsewhere", "ann", "cyd")
    columns = ("artist", "other_artist", "tracks", "playlists")
    assert database.columns("artist_collaborations", *columns) == [
        ("Ann", "Bob", 2, 2),
        ("Ann", "Cyd", 1, 1),
        ("Bob", "Cyd", 1, 1),
    ]


def test_duplicate_recordings(database: Database) -> None:
    run = database.run(DAY1)
    database.observe(run, "p", "p1", "song", "song", "song", "remaster", "other", None, None)
    database.observe(run, "q", "q1", "song", "other")
    for track, isrc in (("song", "X1"), ("remaster", "X1"), ("other", None)):
        database.describe(run, track, isrc=isrc)
    columns = ("playlist", "kind", "entry", "copies", "ids", "shared")
    assert database.columns("duplicate_recordings", *columns) == [
        ("P", "same recording", "Remaster", 4, 2, "X1"),
        ("P", "same entry", "Song", 3, 1, "spotify:track:song"),
    ]


def test_rejected_by_reason(database: Database) -> None:
    for day, run, key, table, reason in (
        (DAY1, "r1", "raw-1", "playlist_items", "Expected `int`"),
        (DAY2, "r2", "raw-2", "playlist_items", "Expected `int`"),
        (DAY2, "r2", "raw-2", "playlist_items", "Expected `int`"),
        (DAY2, "r2", "raw-2", None, "JSON is malformed"),
        (DAY2, "r2", "raw-2", "albums", "404 gone"),
    ):
        database.insert(
            "rejected",
            raw_key=key,
            table_name=table,
            rule="decode",
            reason=reason,
            run_id=run,
            ingest_date=day,
        )
    columns = ("table_name", "reason", "times", "runs", "first_day", "last_day", "first_raw_key")
    assert database.columns("rejected_by_reason", *columns) == [
        ("playlist_items", "Expected `int`", 3, 2, DAY1, DAY2, "raw-1"),
        ("albums", "404 gone", 1, 1, DAY2, DAY2, "raw-2"),
        (None, "JSON is malformed", 1, 1, DAY2, DAY2, "raw-2"),
    ]


# Queries about current playlists, whose result must not depend on how the last day was read.
CURRENT = {
    "most_playlisted_tracks": ("track", "playlists", "entries"),
    "most_playlisted_artists": ("artist", "playlists", "entries"),
    "playlist_overlap": ("playlist", "other_playlist", "shared"),
    "release_decades": ("decade", "tracks", "entries"),
    "explicit_and_duration": ("playlist", "tracks", "longest_seconds"),
    "artist_collaborations": ("artist", "other_artist", "tracks"),
    "duplicate_recordings": ("playlist", "entry", "copies"),
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


def test_changes_name_episodes_and_local_files(mixed: Database) -> None:
    columns = ("change", "copies", "entry", "item_type")
    assert mixed.columns("changes_since_the_day_before", *columns) == [
        ("added", 2, "Episode Two", "episode"),
        ("added", 1, "My Song", "local"),
        ("added", 1, UNTITLED, "local"),
    ]


def test_rank_movers_name_episodes_and_local_files(mixed: Database) -> None:
    assert movers(mixed) == [
        ("Mix", "My Song", 3, 1, 2),
        ("Mix", "Song", 1, 2, -1),
        ("Mix", "Episode One", 2, 3, -1),
    ]


def test_duplicates_name_episodes_and_local_files(mixed: Database) -> None:
    assert mixed.columns("duplicate_recordings", "kind", "entry", "copies") == [
        ("same entry", "Episode Two", 2),
        ("same entry", "My Song", 2),
    ]


def test_playing_time_includes_episodes_and_local_files(mixed: Database) -> None:
    """3 minutes of a track, 3 hours of episodes, 2 x 30 seconds of a local file."""
    assert mixed.columns("playlist_overview", "entries", "non_tracks", "minutes") == [(7, 6, 184)]


# Queries about tracks alone, and a column that episodes would change.
TRACKS_ONLY = {
    "most_playlisted_tracks": ("track", "Song"),
    "most_playlisted_artists": ("tracks", 1),
    "release_decades": ("tracks", 1),
    "explicit_and_duration": ("tracks", 1),
}


@pytest.mark.parametrize("query", TRACKS_ONLY)
def test_a_query_of_tracks_alone_states_its_scope(mixed: Database, query: str) -> None:
    column, value = TRACKS_ONLY[query]
    assert mixed.columns(query, column) == [(value,)]
    [file] = [file for file in saved_queries() if file.name == query]
    assert "tracks" in file.question
