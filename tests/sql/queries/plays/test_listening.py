"""When something was played, in which sessions, and when an artist was heard."""

from tests.sql.conftest import Database
from tests.sql.queries.plays.conftest import EPISODE, Play


def test_plays_by_weekday_and_hour(database: Database, play: Play) -> None:
    """2026-03-01 is a Sunday."""
    play("2026-01-05 00:00", "song", ms=90_000)
    play("2026-01-12 00:59:59", EPISODE, ms=60_000)
    play("2026-03-01 23:30", "song")
    play("2026-02-24 07:00", "song", ms=0)
    columns = ("weekday", "hour", "plays", "minutes")
    assert database.columns("plays_by_weekday_and_hour", *columns) == [
        ("Monday", 0, 2, 2.5),
        ("Tuesday", 7, 1, 0.0),
        ("Sunday", 23, 1, None),
    ]


def test_a_session_ends_with_half_an_hour_without_a_play(database: Database, play: Play) -> None:
    play("2026-01-31 23:50", EPISODE, ms=600_000)
    play("2026-02-01 00:25", "song", ms=300_000)
    play("2026-02-01 01:05:01", "song", ms=600_000)
    play("2026-02-01 01:05:00", "tune", ms=60_000)
    columns = ("month", "sessions", "plays", "minutes", "longest_minutes", "longest_began_at")
    assert database.columns("listening_sessions", *columns) == [
        ("2026-02", 1, 2, 10.0, 10.0, "2026-02-01 00:55"),
        ("2026-01", 1, 2, 45.0, 45.0, "2026-01-31 23:40"),
    ]


def test_a_play_of_unknown_length_is_as_long_as_its_track(described: Database, play: Play) -> None:
    """song has three minutes and tune four, rare is not described."""
    play("2026-03-01 10:00", "song")
    play("2026-03-01 10:34", "tune")
    play("2026-03-01 11:04:01", "rare")
    columns = ("sessions", "minutes", "average_minutes", "longest_minutes")
    assert described.columns("listening_sessions", *columns) == [(2, 37.0, 18.5, 37.0)]


def test_first_and_last_heard(described: Database, play: Play) -> None:
    """A track counts for its first artist; plays at the same time are in the order of their ids."""
    play("2024-01-05 10:00", "song", ms=1_000)
    play("2025-01-05 10:00", "tune", ms=200_000)
    play("2025-01-06 10:00", "song", ms=200_000)
    play("2025-01-06 10:00", "tune", ms=200_000)
    play("2020-12-31 23:59", "hymn", ms=200_000)
    columns = ("artist", "plays", "tracks", "first_heard_on", "first_track_id")
    assert described.columns(
        "first_and_last_heard", *columns, "last_heard_on", "last_track_id"
    ) == [
        ("Ann", 4, 2, "2024-01-05", "song", "2025-01-06", "song"),
        ("Bob", 1, 1, "2020-12-31", "hymn", "2020-12-31", "hymn"),
    ]


def test_skips(described: Database, play: Play) -> None:
    full = 200_000
    for day, track, skipped in (
        ("2014-12-01", "song", True),
        ("2015-03-31", "song", True),
        ("2015-04-01", "song", False),
        ("2022-10-31", "song", False),
        ("2022-11-01", "song", False),
        ("2023-01-01", "tune", True),
        ("2023-01-02", "hymn", False),
        ("2023-01-03", "hymn", None),
    ):
        play(f"{day} 10:00", track, ms=full, skipped=skipped)
    play("2026-03-01 10:00", "hymn")
    columns = (
        "track",
        "artist",
        "plays",
        "skips",
        "share",
        "artist_share",
        "track_id",
        "artist_id",
    )
    assert described.columns("skips", *columns) == [
        ("Song", "Ann", 3, 2, 0.6667, 0.75, "song", "ann"),
        ("Tune", "Ann", 1, 1, 1.0, 0.75, "tune", "ann"),
        ("Hymn", "Bob", 1, 0, 0.0, 0.0, "hymn", "bob"),
    ]


def test_a_gap_is_filled_by_plays_of_an_export_within_it(database: Database, play: Play) -> None:
    for start, end in (("10:00", "12:00"), ("10:00", "12:00"), ("20:00", "21:00")):
        times = {"gap_from": f"2026-03-01 {start}+00", "gap_to": f"2026-03-01 {end}+00"}
        database.insert("play_gaps", **times, estimated_plays=7, ingest_date="2026-03-01")
    for time in ("10:00:01", "11:59:59", "12:00", "19:00"):
        play(f"2026-03-01 {time}", EPISODE, ms=1_000)
    play("2026-03-01 20:30", "song")
    columns = ("gap_from", "gap_to", "state", "estimated_plays", "exported_plays")
    assert database.columns("listening_gaps", *columns) == [
        ("2026-03-01 20:00:00", "2026-03-01 21:00:00", "open", 7, 0),
        ("2026-03-01 10:00:00", "2026-03-01 12:00:00", "filled", 7, 2),
    ]
