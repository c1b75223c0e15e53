"""Entries that are several times in playlists, and recordings under several ids."""

from tests.sql.conftest import Database
from tests.sql.queries.conftest import DAY1, DAY2


def test_duplicate_recordings(database: Database) -> None:
    run = database.run(DAY1)
    database.observe(run, "p", "p1", "song", "song", "song", "remaster", "other", None, None)
    database.observe(run, "q", "q1", "song", "other")
    for track, isrc in (("song", "X1"), ("remaster", "X1"), ("other", None)):
        database.describe(run, track, isrc=isrc)
    columns = ("playlist", "kind", "entry", "copies", "ids", "shared", "uri")
    assert database.columns("duplicate_recordings", *columns) == [
        ("P", "same recording", "Remaster", 4, 2, "X1", "spotify:track:remaster"),
        ("P", "same entry", "Song", 3, 1, "spotify:track:song", "spotify:track:song"),
    ]


def test_duplicates_name_episodes_and_local_files(mixed: Database) -> None:
    assert mixed.columns("duplicate_recordings", "kind", "entry", "copies") == [
        ("same entry", "Episode Two", 2),
        ("same entry", "My Song", 2),
    ]


def test_recordings_under_several_ids(database: Database) -> None:
    run, again = database.run(DAY1), database.run(DAY2)
    database.observe(run, "p", "p1", "single", "single", "album", "one", "other")
    database.observe(run, "q", "q1", "single", "two")
    database.observe(run, "gone", "g1", "live")
    for playlist, snapshot in (("p", "p1"), ("q", "q1")):
        database.observe(again, playlist, snapshot, status="unchanged")
    isrcs = {"single": "X1", "album": "X1", "live": "X1", "one": "Y1", "two": "Y1", "other": None}
    for track, isrc in isrcs.items():
        for reading in (run, again):
            database.describe(reading, track, isrc=isrc)
    columns = ("track", "ids", "playlists", "entries", "isrc", "track_ids")
    assert database.columns("recordings_under_several_ids", *columns) == [
        ("Album", 2, 2, 4, "X1", "album, single"),
        ("One", 2, 2, 2, "Y1", "one, two"),
    ]
