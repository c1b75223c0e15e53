"""Fixtures for all tests: AWS in memory, and a fake Spotify on a free port."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pytest
import stamina
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import settings
from moto import mock_aws

from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import synthetic_world
from local.environment import isolate
from local.spotify import CREDENTIALS
from spotify_pipeline.environment import ExtractEnvironment
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.spotify.retries import TRIES
from spotify_pipeline.extract.state.budget import CallBudget
from spotify_pipeline.keys import RAW_PREFIX, TRANSFORMED_PREFIX
from spotify_pipeline.s3 import list_keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient

    from fake_spotify.worlds.world import World


settings.register_profile("quick", max_examples=20, derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=1_000, deadline=None, database=None)
settings.load_profile("quick")


@pytest.fixture(scope="session", autouse=True)
def isolated() -> None:
    """No test depends on the AWS settings, the proxies and the make of whoever runs it."""
    isolate()
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def world() -> World:
    return synthetic_world()


class Context(LambdaContext):
    """The context of an invocation with this many seconds left."""

    _function_name = "extract"
    _memory_limit_in_mb = 512
    _invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:extract"
    _aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, seconds: float = 900) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return round(self.seconds * 1000)


CONTEXT = Context()


class Clock:
    """A clock that only `sleep` moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def rate_limiter_of(
    clock: Clock, longest_wait: float = 60, left: float = 300, requests_per_second: float = 1e6
) -> RateLimiter:
    """A rate limiter on that clock, with `left` seconds of the invocation remaining."""
    began = clock.now
    return RateLimiter(
        lambda: left - (clock.now - began), longest_wait, requests_per_second, clock, clock.sleep
    )


class _NoLimit(CallBudget):
    def __init__(self) -> None:
        pass

    def take(self) -> None:
        pass

    def block(self, until: datetime) -> None:
        pass


def no_limit() -> CallBudget:
    """A budget that records nothing and never ends."""
    return _NoLimit()


@pytest.fixture(autouse=True)
def no_backoff() -> Iterator[None]:
    """Retry as often as in production, without pauses."""
    with stamina.set_testing(True, attempts=TRIES, cap=True):
        yield


@dataclass(frozen=True)
class Aws:
    """A bucket and a secret in memory."""

    s3: S3Client
    secrets: SecretsManagerClient
    bucket: str
    secret_arn: str

    def keys(self, prefix: str = "") -> list[str]:
        return list(list_keys(self.s3, self.bucket, prefix))

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        return {key: self.read(key) for key in self.keys(prefix)}

    def read(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def empty(self) -> None:
        if keys := self.keys():
            self.s3.delete_objects(
                Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in keys]}
            )

    def raw_keys(self) -> list[str]:
        return self.keys(RAW_PREFIX)

    def transformed(self) -> dict[str, bytes]:
        return self.objects(TRANSFORMED_PREFIX)

    def secret(self) -> dict[str, str]:
        text = self.secrets.get_secret_value(SecretId=self.secret_arn)["SecretString"]
        value: dict[str, str] = json.loads(text)
        return value

    def fill_secret(self, **credentials: str | None) -> None:
        self.secrets.put_secret_value(
            SecretId=self.secret_arn, SecretString=json.dumps(credentials)
        )


@contextmanager
def aws_in_memory() -> Iterator[Aws]:
    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "testing")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        with mock_aws():
            s3, secrets = boto3.client("s3"), boto3.client("secretsmanager")
            s3.create_bucket(Bucket="pipeline")
            secret = secrets.create_secret(Name="spotify", SecretString=json.dumps(CREDENTIALS))
            yield Aws(s3, secrets, "pipeline", secret["ARN"])


@pytest.fixture
def aws() -> Iterator[Aws]:
    with aws_in_memory() as aws:
        yield aws


@dataclass(frozen=True)
class Server:
    """A running fake Spotify: its root URL, and its state."""

    url: str
    fake: FakeSpotify

    @property
    def api_url(self) -> str:
        return f"{self.url}v1/"

    @property
    def token_url(self) -> str:
        return f"{self.url}api/token"


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    fake = FakeSpotify(world)
    with serving(fake) as url:
        yield Server(url, fake)


@pytest.fixture
def deployed(aws: Aws, server: Server, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Both functions as deployed, with the fake Spotify's addresses."""
    set_environment(aws, server.url, monkeypatch)
    return aws


def set_environment(aws: Aws, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment variables of both functions, as the ingestion stack does."""
    extract = ExtractEnvironment(
        bucket=aws.bucket,
        secret_arn=aws.secret_arn,
        api_url=f"{url}v1/",
        token_url=f"{url}api/token",
        full_refresh_days=30,
        longest_wait_seconds=60,
        resumes=5,
        requests_per_second=10_000,
        concurrency=4,
        enrichment_requests=0,
        enrichment_days=90,
        resume_role_arn="arn:aws:iam::123456789012:role/resume",
    )
    powertools = {
        "POWERTOOLS_METRICS_NAMESPACE": "spotify-test",
        "POWERTOOLS_SERVICE_NAME": "test",
    }
    for name, value in {**extract.to_variables(), **powertools}.items():
        monkeypatch.setenv(name, value)
