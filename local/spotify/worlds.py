"""Which world the stand-in serves."""

from pathlib import Path

from local.spotify.recorded import recorded_world
from local.spotify.synthetic import synthetic_world
from local.spotify.world import World


def world_of(data: Path | None) -> World:
    """The recording in `data`, or the made-up world. Raises ValueError if it is no recording."""
    return recorded_world(data) if data else synthetic_world()
