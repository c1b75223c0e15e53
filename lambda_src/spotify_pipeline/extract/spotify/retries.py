"""Retries of a request that was unavailable, for the Web API and the token endpoint."""

from typing import Any

from spotify_pipeline.extract.errors import UnavailableError

TRIES = 4
"""Attempts at a request before it counts as unavailable."""

RETRIES: dict[str, Any] = {
    "on": UnavailableError,
    "attempts": TRIES,
    "timeout": None,
    "wait_initial": 0.5,
    "wait_max": 10,
}
"""Arguments of stamina.retry: exponential backoff; waits are in seconds."""
