"""Changes and moves of the last day that was extracted."""

from tests.sql.conftest import Database
from tests.sql.queries.conftest import DAY1, DAY2, UNTITLED


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


def test_changes_name_episodes_and_local_files(mixed: Database) -> None:
    columns = ("change", "copies", "entry", "item_type")
    assert mixed.columns("changes_since_the_day_before", *columns) == [
        ("added", 2, "Episode Two", "episode"),
        ("added", 1, "My Song", "local"),
        ("added", 1, UNTITLED, "local"),
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


def test_rank_movers_name_episodes_and_local_files(mixed: Database) -> None:
    assert movers(mixed) == [
        ("Mix", "My Song", 3, 1, 2),
        ("Mix", "Song", 1, 2, -1),
        ("Mix", "Episode One", 2, 3, -1),
    ]


def test_the_playlist_that_changed_most_comes_first(database: Database) -> None:
    first, second = database.run(DAY1), database.run(DAY2)
    for playlist, entries in {"a": "xy", "b": "xyz", "c": "xyz"}.items():
        database.observe(first, playlist, "s1", "x")
        database.observe(second, playlist, "s2", *entries)
    found = database.columns("changes_since_the_day_before", "playlist", "uri")
    assert [playlist for playlist, _ in found] == ["B", "B", "C", "C", "A"]
    assert found[-1] == ("A", "spotify:track:y")
