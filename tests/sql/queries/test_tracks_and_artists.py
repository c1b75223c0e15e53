"""Tracks and artists across current playlists."""

from tests.sql.conftest import Database
from tests.sql.queries.conftest import DAY1, DAY2


def test_most_playlisted_tracks(music: Database) -> None:
    columns = ("track", "artists", "playlists", "entries", "artist_ids")
    assert music.columns("most_playlisted_tracks", *columns) == [
        ("Song", "Ann, Bob", 2, 3, "ann, bob"),
        ("Air", "Cyd", 1, 1, "cyd"),
        ("Hymn", "Bob", 1, 1, "bob"),
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


def test_artist_concentration(database: Database) -> None:
    """p: ann performs 3 of 4 known entries, bob 2, cyd 1; q: a tie, and r: nobody is known."""
    run = database.run(DAY1)
    database.observe(
        run, "p", "p1", "duet", "duet", "solo", "air", "unknown", "spotify:local:::x:1"
    )
    database.observe(run, "q", "q1", "air", "duet")
    database.observe(run, "r", "r1", "unknown", None)
    database.describe(run, "duet", "ann", "bob")
    database.describe(run, "duet", "ann", "bob")
    database.describe(run, "solo", "ann")
    database.describe(run, "air", "cyd")
    columns = ("playlist", "entries", "artists", "effective_artists", "top_artist", "top_entries")
    assert database.columns("artist_concentration", *columns, "top_share") == [
        ("P", 4, 3, 2.6, "Ann", 3, 0.75),
        ("Q", 2, 3, 3.0, "Ann", 1, 0.5),
    ]
