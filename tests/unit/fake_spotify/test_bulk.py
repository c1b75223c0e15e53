"""The world for load tests."""

from argparse import ArgumentTypeError

import pytest

from fake_spotify.worlds.bulk import bulk_size, bulk_world
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


def test_its_size_is_read_as_playlists_by_entries() -> None:
    assert bulk_size("20x50") == (20, 50)
    with pytest.raises(ArgumentTypeError, match="'20' is not like 20x50"):
        bulk_size("20")
