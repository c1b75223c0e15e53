"""Plays against the entries of current playlists."""

import pytest

from tests.sql.conftest import Database
from tests.sql.queries.plays.conftest import EPISODE, Play


@pytest.fixture
def playlists(described: Database) -> Database:
    run = described.run("2026-03-02")
    described.observe(run, "mix", "m1", "song", "song", EPISODE)
    described.observe(run, "liked", "l1", "hymn", "tune", "lost", "spotify:local:::x:1")
    described.set_added("liked", first="2026-01-03 10:00+00", then="2025-01-03 10:00+00")
    return described


def test_share_of_own_playlists(playlists: Database, play: Play) -> None:
    """Two plays in March are of the same track at the same time, of different sources."""
    for time, track, context in (
        ("10:00", "song", "spotify:playlist:mix"),
        ("11:00", "rare", "spotify:user:me:playlist:mix"),
        ("12:00", "hymn", "spotify:user:me:collection"),
        ("13:00", "hymn", "spotify:album:second"),
        ("14:00", "rare", "spotify:playlist:other"),
        ("15:00", "tune", None),
    ):
        play(f"2026-03-01 {time}", track, context_uri=context)
    play("2026-01-01 10:00", EPISODE, ms=1_000)
    play("2026-01-01 11:00", "Eve/Rare", ms=1_000)
    columns = ("month", "plays", "with_context", "from_playlists", "share_from_playlists")
    assert playlists.columns(
        "share_of_own_playlists", *columns, "in_playlists", "share_in_playlists"
    ) == [("2026-03", 6, 5, 3, 0.6, 4, 0.6667), ("2026-01", 2, 0, 0, None, 1, 0.5)]


def test_liked_but_never_played(playlists: Database, play: Play) -> None:
    """tune is played under another id, in another spelling of its name and first artist."""
    never = ("track", "artist", "liked_on", "track_id", "artist_id")
    lost = (None, None, "2025-01-03", "lost", None)
    tune = ("Tune", "Ann", "2025-01-03", "tune", "ann")
    hymn = ("Hymn", "Bob", "2026-01-03", "hymn", "bob")
    assert playlists.columns("liked_but_never_played", *never) == [lost, tune, hymn]
    play("2026-03-01 10:00", "hymn", item_name=None)
    play("2026-01-01 10:00", "tune2", ms=1_000, item_name="TUNE", artist_name="ann")
    play("2026-01-02 10:00", "Bob/Lost", ms=1_000)
    assert playlists.columns("liked_but_never_played", *never) == [lost]


def test_played_but_in_no_playlist(playlists: Database, play: Play) -> None:
    """The single and the album's track have one ISRC, and so have song and its second id."""
    run = playlists.run("2026-03-01", number=3, status="partial")
    for track, isrc in (("single", "X1"), ("album", "X1"), ("song", "X2"), ("song2", "X2")):
        playlists.describe(run, track, "ann", isrc=isrc)
    for hour, track in enumerate(["single", "album", "album", "song", "song2", "rare"]):
        play(f"2026-01-0{hour + 1} 10:00", track, ms=200_000, artist_name="Ann")
    play("2026-01-09 10:00", "rare", ms=29_999)
    play("2026-01-09 11:00", "Ann/Unknown", ms=200_000)
    columns = ("track", "artist", "plays", "last_played_on", "track_id")
    assert playlists.columns("played_but_in_no_playlist", *columns) == [
        ("Album", "Ann", 3, "2026-01-03", "album"),
        ("Rare (Export)", "Ann", 1, "2026-01-06", "rare"),
    ]
