"""Calls to S3, Secrets Manager, Scheduler and Spotify, one of which fails."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError

from spotify_pipeline.extract.handler import handler
from tests.conftest import CONTEXT
from tests.scheduler import entries, take
from tests.unit.extract.runs import EVENT, KilledError

FAILURES = ("refused", "response lost", "killed")
"""Killed before the call; killed after it is the same as before the next one."""

SPREAD = {"response lost": (1, 1), "refused": (1, 2), "killed": (2, 2)}
"""First call and step: each call loses its response, and is either refused or never made."""


class Outside:
    """Counts the function's calls to other services, and makes the `fail_at`-th one fail."""

    def __init__(self, fail_at: int | None = None, failure: str = "") -> None:
        self.calls = 0
        self._fail_at = fail_at
        self._failure = failure
        self.is_dead = False
        self._lock = threading.Lock()

    def call(self, send: Callable[[], object], error: Exception) -> object:
        with self._lock:
            if self.is_dead:
                raise KilledError
            self.calls += 1
            failure = self._failure if self.calls == self._fail_at else ""
            self.is_dead = failure == "killed"
        if failure == "killed":
            raise KilledError
        if failure == "refused":
            raise error
        response = send()
        if failure == "response lost":
            raise error
        return response

    @contextmanager
    def watched(self) -> Iterator[None]:
        real_aws: Callable[..., object] = vars(BaseClient)["_make_api_call"]
        real_http: Callable[..., requests.Response] = requests.Session.send

        def aws(client: BaseClient, *arguments: object) -> object:
            error = EndpointConnectionError(endpoint_url="https://aws.example")
            return self.call(lambda: real_aws(client, *arguments), error)

        def http(session: requests.Session, *arguments: object, **more: object) -> object:
            error = requests.ConnectionError("gone")
            return self.call(lambda: real_http(session, *arguments, **more), error)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(BaseClient, "_make_api_call", aws)
            patch.setattr(requests.Session, "send", http)
            yield


def deliver(
    outside: Outside, event: dict[str, Any] = EVENT, before: Callable[[], None] | None = None
) -> list[str]:
    """Deliver an event until the handler returns, then its resumes; return the statuses.

    `before` runs before each attempt.
    """
    statuses = []
    events = [event]
    while events:
        event = events.pop()
        if before:
            before()
        try:
            with outside.watched():
                statuses.append(handler(event, CONTEXT)["status"])
        except (KilledError, EndpointConnectionError):
            statuses.append("lost")
            outside.is_dead = False
            events.append(event)
        if not events:
            events += map(take, entries())
    return statuses
