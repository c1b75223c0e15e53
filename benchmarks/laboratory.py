"""Environment of the extract benchmarks: the emulator, the fake Spotify and the handler.

Each runs in a separate process, so that the measurements cover the handler alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3

from local.deployment import ROOT
from local.emulator import Emulator, await_emulator, start_emulator
from local.environment import isolate
from local.processes import finish, start
from local.spotify import CREDENTIALS, FakeSpotifyClient
from spotify_pipeline.environment import ExtractEnvironment

_REGION = "us-east-1"
_BUCKET = "bench"


@dataclass(frozen=True)
class Run:
    """Result of one attempt: its summary, wall time in seconds, peak memory in MB."""

    summary: dict[str, Any]
    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Laboratory:
    """The running fake, and the environment variables of the handler's process."""

    fake: FakeSpotifyClient
    environment: dict[str, str]

    def run(self, event: dict[str, Any], **settings: object) -> Run:
        """Run one attempt in a new process; `settings` override environment variables.

        Raises RuntimeError with the process's errors.
        """
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.one_run", json.dumps(event)],
            cwd=ROOT,
            env=self.environment | {name: str(value) for name, value in settings.items()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return Run(**json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def laboratory(folder: Path, port: int, *fake: str) -> Iterator[Laboratory]:
    """Start an emulator with an empty bucket, and a fake Spotify with these options."""
    isolate()
    emulator = Emulator(port)
    with ExitStack() as stack:
        emulating = start_emulator(folder, emulator)
        stack.callback(finish, emulating)
        command = [sys.executable, "-m", "fake_spotify", *fake]
        process = start(command, folder / "fake-spotify.log", dict(os.environ), pipe=True)
        stack.callback(finish, process)
        await_emulator(emulating, folder, emulator)
        assert process.stdout
        client = FakeSpotifyClient(process.stdout.readline().strip())
        yield Laboratory(client, _environment(emulator, client))


def _environment(emulator: Emulator, fake: FakeSpotifyClient) -> dict[str, str]:
    aws = emulator.client_environment(_REGION)
    secret_arn = _create_resources(aws)
    return {
        **aws,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "lambda_src")]),
        "POWERTOOLS_METRICS_NAMESPACE": "bench",
        **ExtractEnvironment(
            bucket=_BUCKET,
            secret_arn=secret_arn,
            api_url=fake.spotify["api_url"],
            token_url=fake.spotify["token_url"],
            full_refresh_days=30,
            longest_wait_seconds=60,
            resumes=0,
            requests_per_second=1000,
            concurrency=4,
            daily_calls=1_000_000,
            enrichment_requests=0,
            enrichment_days=90,
            resume_role_arn="arn:aws:iam::000000000000:role/bench",
        ).to_variables(),
    }


def _create_resources(aws: dict[str, str]) -> str:
    """Create the bucket and the secret. Returns the secret's ARN."""

    def client(service: str) -> Any:
        return cast(Any, boto3).client(
            service,
            endpoint_url=aws["AWS_ENDPOINT_URL"],
            region_name=_REGION,
            aws_access_key_id=aws["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=aws["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=aws["AWS_SESSION_TOKEN"],
        )

    client("s3").create_bucket(Bucket=_BUCKET)
    secret = client("secretsmanager").create_secret(
        Name="spotify", SecretString=json.dumps(CREDENTIALS)
    )
    arn: str = secret["ARN"]
    return arn
