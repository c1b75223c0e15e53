"""Liked songs are purged like a playlist, although their id is a word."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fake_spotify.worlds.world import Entry, World
from operations.purge.records import Cleaner
from operations.purge.sources import parse_playlist, schedules_with
from spotify_pipeline.sources import LIKED
from spotify_pipeline.transform.handler import handler as transform
from stacks.configuration import load
from tests.conftest import Server
from tests.unit.operations.purge.conftest import Bucket, extract_days
from tests.unit.transform.raw_lines import RUN, line
from tests.unit.transform.test_handler import delivered


@pytest.fixture
def extract(bucket: Bucket, server: Server, world: World) -> Callable[[str], None]:
    """Extracts and transforms a day, with 70 liked songs among the sources."""
    songs = tuple(Entry(track, "2026-01-01T00:00:00Z") for track in world.catalog_tracks[:70])
    server.fake.world = replace(world, liked={world.days[0]: songs})

    def extract_day(day: str) -> None:
        extract_days(day, my_playlists=True, liked_songs=True)
        transform(delivered(*bucket.aws.raw_keys()), None)

    return extract_day


def stored(bucket: Bucket) -> set[str]:
    return set(bucket.table("playlists")["playlist_id"])


def test_they_are_removed_and_not_read_again_until_the_purge_is_undone(
    bucket: Bucket, extract: Callable[[str], None]
) -> None:
    extract("2026-03-01")
    before = stored(bucket)
    runs = bucket.table("runs")
    assert LIKED in before
    assert bucket.purge(LIKED).run().is_empty
    assert stored(bucket) == before - {LIKED}
    assert bucket.table("runs").equals(runs)
    assert not [key for key, text in bucket.texts() if b'"liked"' in text]
    extract("2026-03-02")
    assert LIKED not in stored(bucket)
    assert bucket.purge(LIKED).undo()
    extract("2026-03-03")
    assert LIKED in stored(bucket)


@pytest.mark.parametrize(
    "record",
    [
        line("run", {**RUN, "schedule": "liked", "reason": "songs that somebody liked"}),
        line("playlist", {"id": "p", "name": "liked"}, playlist_id="p", status="walked"),
        line("playlist", {"id": 7, "name": "liked"}, playlist_id="", status="failed"),
        b"damaged, of songs that I liked",
    ],
    ids=["run of a schedule", "playlist of that name", "unreadable playlist", "damaged line"],
)
def test_the_word_elsewhere_is_not_theirs(record: bytes) -> None:
    assert list(Cleaner(LIKED).clean([record])) == [record]


@pytest.mark.parametrize(
    "text",
    ["liked", "spotify:collection", "https://open.spotify.com/collection/tracks?si=0"],
)
def test_they_are_named_by_their_id_or_the_link_of_their_page(text: str) -> None:
    assert parse_playlist(text) == LIKED


def test_the_schedule_that_reads_them_is_named() -> None:
    assert schedules_with(load("local", {}), LIKED) == ["daily"]
