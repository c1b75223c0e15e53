"""Spotify as the extract function reaches it, with every call in the environment's ledger."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.state.budget import CallBudget
from spotify_pipeline.extract.state.ledger import Ledger
from spotify_pipeline.extract.state.ledger_store import LedgerStore
from spotify_pipeline.log_levels import silence_secret_loggers
from stacks.configuration import Configuration

SCHEDULE = "check"
"""The name of the check in the ledger."""

_SECONDS = 600

Result = TypeVar("Result")


class UnstoredLedger(LedgerStore):
    """An empty ledger in memory, before an environment has a bucket."""

    def __init__(self) -> None:
        self._ledger = Ledger()

    def load(self) -> Ledger:
        return self._ledger

    def update(self, change: Callable[[Ledger], Result]) -> Result:
        return change(self._ledger)


def connect(
    configuration: Configuration,
    credentials: Credentials,
    save_refresh_token: Callable[[str], None],
    ledger: LedgerStore,
) -> SpotifyClient:
    """A client with the environment's limits. Sends nothing yet."""
    silence_secret_loggers()
    spotify, began = configuration.spotify, time.monotonic()
    rate_limiter = RateLimiter(
        lambda: _SECONDS - (time.monotonic() - began),
        configuration.functions.extract.longest_wait_seconds,
        spotify.requests_per_second,
    )
    budget = CallBudget(
        ledger,
        schedule=SCHEDULE,
        attempt=str(uuid4()),
        daily_calls=spotify.daily_calls,
        reserved=configuration.reserved_calls,
        deadline=clock.utc_now() + timedelta(seconds=_SECONDS),
    )
    auth = Auth(credentials, spotify.token_url, save_refresh_token)
    return SpotifyClient(auth, spotify.api_url, rate_limiter, spotify.concurrency, budget)
