"""Ages and lengths of the music in current playlists."""

from tests.sql.conftest import Database
from tests.sql.queries.conftest import DAY2


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


def test_playlist_ages(music: Database) -> None:
    """Ages on 2026-03-02; mix holds song twice and hymn, run holds song and air, without a date."""
    at = {"run_id": "r", "extracted_at": "2026-03-02 06:00:00+00", "ingest_date": DAY2}
    for album, released in (("old", "1996-03-02"), ("new", "2025-09-01"), ("undated", None)):
        music.insert("albums", album_id=album, release_date=released, **at)
    for track, album in (("song", "old"), ("hymn", "new"), ("air", "undated")):
        music.insert("tracks", track_id=track, album_id=album, **at)
    run = music.run(DAY2, number=9)
    music.observe(run, "mix", "m2", status="unchanged")
    music.observe(run, "run", None, status="missing")
    music.observe(run, "none", "n1")
    columns = ("playlist", "tracks", "dated_tracks", "average_age_years", "under_1_year")
    assert music.columns("playlist_ages", *columns, "over_20_years", "oldest_years") == [
        ("Run", 2, 1, 30.0, 0.0, 1.0, 30.0),
        ("Mix", 3, 3, 20.2, 0.3333, 0.6667, 30.0),
        ("None", 0, 0, None, None, None, None),
    ]


def test_each_age_is_in_one_class(database: Database) -> None:
    run = database.run("2026-01-01")
    albums = ("2025-01-02", "2025-01-01", "2021-01-02", "2021-01-01", "2006-01-02", "2006-01-01")
    database.observe(run, "p", "s1", *(f"t{n}" for n in range(6)))
    for n, released in enumerate(albums):
        album = {"album_id": f"a{n}", "release_date": released, "run_id": "r"}
        database.insert("albums", **album, extracted_at="2026-01-01", ingest_date="2026-01-01")
        database.describe(run, f"t{n}", album_id=f"a{n}")
    [row] = database.rows("playlist_ages")
    shares = ("under_1_year", "from_1_to_5_years", "from_5_to_20_years", "over_20_years")
    assert [row[share] for share in shares] == [0.1667, 0.3333, 0.3333, 0.1667]
