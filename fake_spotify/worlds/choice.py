"""Choice of the world that the fake Spotify serves."""

from pathlib import Path

from fake_spotify.worlds.recorded import recorded_world
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import World


def world_of(data: Path | None) -> World:
    """The recording in `data`, else the synthetic world. ValueError if the recording is invalid."""
    return recorded_world(data) if data else synthetic_world()
