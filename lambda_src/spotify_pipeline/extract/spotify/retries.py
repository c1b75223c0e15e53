"""How often, and how soon, what was unavailable is asked for again."""

from typing import Any

from spotify_pipeline.extract.spotify.response import UnavailableError

TRIES = 4
"""How often a request is sent before what it asks for counts as unavailable."""

RETRIES: dict[str, Any] = {
    "on": UnavailableError,
    "attempts": TRIES,
    "timeout": None,
    "wait_initial": 0.5,
    "wait_max": 10,
}
"""The arguments of stamina's retries; waits are in seconds, and grow."""
