"""Genres, labels, podcasts and contributors of current playlists."""

from tests.sql.conftest import Database

DAY1, DAY2 = "2026-03-01", "2026-03-02"
AT = {"run_id": "r", "extracted_at": "2026-03-01 09:00:00+00", "ingest_date": DAY1}


def genres(database: Database) -> list[tuple[object, ...]]:
    columns = ("genre", "entries", "share_of_entries", "tracks", "playlists")
    return database.columns("genre_mix", *columns)


def test_genre_mix(database: Database) -> None:
    """duet is by ann (pop, rock) and bob (pop), solo by cyd, who has none, and air by nobody."""
    run = database.run(DAY1)
    database.observe(run, "p", "p1", "duet", "duet", "solo", "spotify:episode:e")
    database.observe(run, "q", "q1", "duet", "air", "bob")
    database.describe(run, "duet", "ann", "bob")
    database.describe(run, "solo", "cyd")
    database.describe(run, "bob", "bob")
    for artist, known in (("ann", ["pop", "rock"]), ("bob", ["pop"]), ("cyd", [])):
        database.insert("artists", artist_id=artist, genres=known, **AT)
    assert genres(database) == [
        ("pop", 4, 0.6667, 2, 2),
        ("rock", 3, 0.5, 1, 2),
        (None, 2, 0.3333, 2, 2),
    ]


def test_genres_and_labels_are_null_where_an_app_does_not_get_them(database: Database) -> None:
    run = database.run(DAY1)
    database.observe(run, "p", "p1", "a", "b")
    database.describe(run, "a", "ann", album_id="lp")
    database.insert("albums", album_id="lp", name="LP", **AT)
    assert genres(database) == [(None, 2, 1.0, 2, 1)]
    assert labels(database) == [(None, 2, 1.0, 2, 1, 1)]


def labels(database: Database) -> list[tuple[object, ...]]:
    columns = ("label", "entries", "share_of_entries", "tracks", "albums", "playlists")
    return database.columns("labels", *columns)


def test_labels(database: Database) -> None:
    run = database.run(DAY1)
    database.observe(run, "p", "p1", "a", "a", "b", "c", "spotify:episode:e")
    database.observe(run, "q", "q1", "d")
    for track, album in (("a", "x"), ("b", "y"), ("c", None), ("d", "z")):
        database.describe(run, track, album_id=album)
    for album, label in (("x", "North"), ("y", "North"), ("z", "East")):
        database.insert("albums", album_id=album, label=label, **AT)
    assert labels(database) == [
        ("North", 3, 0.6, 2, 2, 1),
        ("East", 1, 0.2, 1, 1, 1),
        (None, 1, 0.2, 1, 0, 1),
    ]


def test_podcast_shows(database: Database) -> None:
    run = database.run(DAY1)
    a, b, c, unknown = (f"spotify:episode:{key}" for key in ("a", "b", "c", "unknown"))
    database.observe(run, "p", "p1", a, a, b, "song", unknown)
    database.observe(run, "q", "q1", a, c)
    show = {"show_id": "s", "show_name": "Show"}
    database.describe_episode(
        run, "a", **show, duration_ms=600_000, languages=["en", "de"], release_date="2026-01-01"
    )
    database.describe_episode(run, "b", **show, languages=["en"], release_date="2026-02-01")
    database.describe_episode(run, "c", show_id="t", show_name="Talk", duration_ms=90_000)
    columns = ("show", "episodes", "entries", "playlists", "languages", "minutes")
    assert database.columns("podcast_shows", *columns, "last_released_on") == [
        ("Show", 2, 4, 2, "de, en", 10, "2026-02-01"),
        ("Talk", 1, 1, 1, None, 2, None),
        (None, 1, 1, 1, None, None, None),
    ]


def test_contributions(database: Database) -> None:
    """`shared` is marked collaborative, `band` has two users; `own` has one and is not marked."""
    run = database.run(DAY1)
    database.observe(run, "shared", "s1", "a", "b", is_collaborative=True)
    database.observe(run, "band", "b1", "a", "b", "c", None)
    database.observe(run, "own", "o1", "a", is_collaborative=False)
    for playlist, users in (
        ("shared", ["ann", "ann"]),
        ("band", ["bob", "bob", "ann", None]),
        ("own", ["ann"]),
    ):
        database.set_users(playlist, users)
    last = database.run(DAY2)
    database.observe(last, "shared", None, status="forbidden", name=None)
    database.observe(last, "band", "b1", status="unchanged")
    database.observe(last, "own", "o1", status="unchanged")
    columns = ("playlist", "added_by", "entries", "share_of_entries", "users")
    assert database.columns("contributions", *columns) == [
        ("Band", "bob", 2, 0.5, 2),
        ("Shared", "ann", 2, 1.0, 1),
        ("Band", "ann", 1, 0.25, 2),
        ("Band", None, 1, 0.25, 2),
    ]
