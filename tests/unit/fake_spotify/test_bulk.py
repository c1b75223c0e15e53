"""The world for load tests."""

from argparse import ArgumentTypeError
from itertools import pairwise

import pytest

from fake_spotify.access import Access
from fake_spotify.regime import Regime
from fake_spotify.worlds.bulk import (
    Group,
    Likes,
    bulk_groups,
    bulk_likes,
    bulk_world,
    library_world,
    with_likes,
)
from fake_spotify.worlds.world import ME


def test_it_has_the_requested_playlists_and_entries() -> None:
    world = bulk_world(7, 900)
    library = world.library(world.days[0])
    assert [(p.owner, p.public, len(p.entries)) for p in library] == [(ME, True, 900)] * 7
    assert len({p.id for p in library}) == len({p.snapshot_id for p in library}) == 7
    assert len({p.entries for p in library}) == 7
    assert world.playlist(library[6].id, world.days[0]) is library[6]


def test_its_playlists_share_their_entries() -> None:
    world = bulk_world(3, 900)
    entries = [entry for playlist in world.library(world.days[0]) for entry in playlist.entries]
    assert len({id(entry) for entry in entries}) == len(world.catalog_tracks) < 900


def test_a_library_has_groups_of_sizes_and_owners() -> None:
    world = library_world(Group(2, 1000), Group(3, 30), Group(2, 30, "neighbour"))
    library = world.library(world.days[0])
    assert [len(p.entries) for p in library] == [1000] * 2 + [30] * 5
    assert len({p.id for p in library}) == len({p.snapshot_id for p in library}) == 7
    access = Access(Regime.NEW_DEV, ME)
    assert [access.status(p) for p in library] == ["walked"] * 5 + ["forbidden"] * 2


def test_its_groups_are_read_as_playlists_by_entries() -> None:
    assert bulk_groups("20x50") == (Group(20, 50),)
    assert bulk_groups("10x1000,590x30:neighbour") == (Group(10, 1000), Group(590, 30, "neighbour"))


def test_liked_songs_differ_and_change_on_most_days() -> None:
    world = with_likes(bulk_world(1, 1), Likes(500, 10))
    assert len(world.liked_songs(world.days[0])) == 500
    history = [world.liked_songs(day) for day in world.days]
    for liked in history:
        assert len({entry.item for entry in liked}) == len(liked)
        assert list(liked) == sorted(liked, key=lambda one: str(one.added_at), reverse=True)
    changed = sum(one != other for one, other in pairwise(history))
    assert len(history) / 2 < changed < len(history)
    assert bulk_likes("500x10") == Likes(500, 10)


@pytest.mark.parametrize("text", ["10000", "x5", "10000x", "-1x5"])
def test_invalid_likes_are_refused_by_their_text(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not like 10000x20"):
        bulk_likes(text)


@pytest.mark.parametrize("text", ["20", "", "20x50,", "20x50:", "20x50:a b", "-1x5"])
def test_an_invalid_group_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not like 20x50 or 20x50:owner"):
        bulk_groups(text)
