"""What every test may use: AWS in memory, and a stand-in Spotify on a free port."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import stamina
from moto import mock_aws

from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import synthetic_world
from local.environment import isolate
from local.spotify import CREDENTIALS
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.spotify.retries import TRIES
from spotify_pipeline.keys import RAW_PREFIX, TRANSFORMED_PREFIX


@pytest.fixture(scope="session", autouse=True)
def isolated() -> None:
    """No test depends on the AWS settings and proxies of whoever runs it."""
    isolate()


@pytest.fixture(scope="session")
def world() -> Any:
    return synthetic_world()


class Context:
    """What Lambda hands to a function: who it is, and how long it has."""

    function_name = "extract"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:extract"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, seconds: float = 900) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> float:
        return self.seconds * 1000


CONTEXT: Any = Context()


class Clock:
    """Time that passes only where somebody sleeps."""

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
    """A pace by that clock, with so many seconds left when it begins."""
    began = clock.now
    return RateLimiter(
        lambda: left - (clock.now - began), longest_wait, requests_per_second, clock, clock.sleep
    )


@pytest.fixture(autouse=True)
def no_backoff() -> Iterator[None]:
    """Faults are retried as often as ever, but at once."""
    with stamina.set_testing(True, attempts=TRIES, cap=True):
        yield


@dataclass(frozen=True)
class Aws:
    """A bucket and a secret in memory."""

    s3: Any
    secrets: Any
    bucket: str
    secret_arn: str

    def keys(self, prefix: str = "") -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        return {key: self.read(key) for key in self.keys(prefix)}

    def read(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def empty(self) -> None:
        for key in self.keys():
            self.s3.delete_object(Bucket=self.bucket, Key=key)

    def raw_keys(self) -> list[str]:
        return self.keys(RAW_PREFIX)

    def transformed(self) -> dict[str, bytes]:
        return self.objects(TRANSFORMED_PREFIX)

    def fill_secret(self, **credentials: str) -> None:
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
    """A stand-in that serves: its root URL, and what stands behind it."""

    url: str
    fake: FakeSpotify

    @property
    def api_url(self) -> str:
        return f"{self.url}v1/"

    @property
    def token_url(self) -> str:
        return f"{self.url}api/token"


@pytest.fixture
def server(world: Any) -> Iterator[Server]:
    fake = FakeSpotify(world)
    with serving(fake) as url:
        yield Server(url, fake)


@pytest.fixture
def deployed(aws: Aws, server: Server, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Both functions as deployed, pointed at the stand-in."""
    set_environment(aws, server.url, monkeypatch)
    return aws


def set_environment(aws: Aws, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of both functions, as the ingestion stack gives it."""
    for name, value in {
        "BUCKET": aws.bucket,
        "SPOTIFY_SECRET_ARN": aws.secret_arn,
        "SPOTIFY_API_URL": f"{url}v1/",
        "SPOTIFY_TOKEN_URL": f"{url}api/token",
        "FULL_REFRESH_DAYS": "30",
        "LONGEST_WAIT_SECONDS": "60",
        "RESUMES": "5",
        "REQUESTS_PER_SECOND": "10000",
        "CONCURRENCY": "4",
        "ENRICHMENT_REQUESTS": "0",
        "ENRICHMENT_DAYS": "90",
        "RESUME_ROLE_ARN": "arn:aws:iam::123456789012:role/resume",
        "POWERTOOLS_METRICS_NAMESPACE": "spotify-test",
        "POWERTOOLS_SERVICE_NAME": "test",
    }.items():
        monkeypatch.setenv(name, value)
