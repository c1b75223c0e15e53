"""The metrics that the real functions emit, against AWS in memory and the fake Spotify."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import synthetic_world
from local.cloudwatch.invocations import Metric, embedded_metrics
from spotify_pipeline.extract.handler import handler as extract
from spotify_pipeline.transform.handler import handler as transform
from tests.conftest import CONTEXT, Aws, aws_in_memory, set_environment

Emitted = list[Metric]


@dataclass(frozen=True)
class Functions:
    """Both functions of dev, the user's authorisation 100 days old."""

    aws: Aws
    fake: FakeSpotify
    patch: pytest.MonkeyPatch
    printed: list[str]

    def extract(self, day: int, schedule: str = "daily", **sources: bool) -> Emitted:
        """Run a schedule on a day of March, by default with the user's playlists."""
        time = f"2026-03-{day:02}T06:00:00Z"
        event = {
            "time": time,
            "schedule": schedule,
            "sources": sources or {"my_playlists": True},
        }
        self.patch.setenv("POWERTOOLS_SERVICE_NAME", "extract")
        extract(event, CONTEXT)
        return self._emitted()

    def transform(self) -> Emitted:
        """Transform all raw parts in one batch."""
        self.patch.setenv("POWERTOOLS_SERVICE_NAME", "transform")
        transform({"Records": list(self._records())}, None)
        return self._emitted()

    def authorise(self, days: int) -> None:
        """Set the age of the user's authorisation."""
        then = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        self.aws.fill_secret(**{**self.aws.secret(), "authorized_at": then})

    def _records(self) -> Iterator[dict[str, Any]]:
        for key in self.aws.raw_keys():
            detail = {"bucket": {"name": self.aws.bucket}, "object": {"key": key}}
            body = json.dumps({"detail": detail})
            yield {"messageId": key, "eventSource": "aws:sqs", "body": body}

    def _emitted(self) -> Emitted:
        found = [one for line in self.printed for one in embedded_metrics(json.loads(line))]
        self.printed.clear()
        return found


@contextmanager
def functions() -> Iterator[Functions]:
    fake, printed = FakeSpotify(synthetic_world()), list[str]()
    with (
        aws_in_memory() as aws,
        serving(fake) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        set_environment(aws, url, patch)
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "spotify-dev")
        patch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "100000")
        patch.setattr("builtins.print", lambda text, **_: printed.append(text))
        deployed = Functions(aws, fake, patch, printed)
        deployed.authorise(days=100)
        yield deployed
