"""The extract function: one event, one attempt at a run, its summary as the answer."""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

import boto3
import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from spotify_pipeline.extract.grant import Grant
from spotify_pipeline.extract.memory_store import MemoryStore
from spotify_pipeline.extract.pace import Pace
from spotify_pipeline.extract.request import RunRequest
from spotify_pipeline.extract.resume import Resumer
from spotify_pipeline.extract.run import Attempt
from spotify_pipeline.extract.settings import (
    Credentials,
    Settings,
    keep_refresh_token,
    read_credentials,
)
from spotify_pipeline.extract.signals import keep_secrets_out_of_logs, tell
from spotify_pipeline.extract.spotify import Spotify
from spotify_pipeline.extract.stages import Means
from spotify_pipeline.extract.store import RunStore

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    keep_secrets_out_of_logs()
    settings = Settings.from_environment(os.environ)
    request = RunRequest.from_event(event, now=datetime.now(UTC))
    logger.append_keys(run_id=request.run_id)
    pace = Pace(
        lambda: context.get_remaining_time_in_millis() / 1000,
        settings.longest_wait_seconds,
        settings.requests_per_second,
    )
    attempt = Attempt(request, _means(settings, request, pace, context))
    credentials: Credentials | None = None

    def connect() -> Spotify:
        nonlocal credentials
        secrets = boto3.client("secretsmanager")
        credentials = read_credentials(secrets, settings.secret_arn)
        keep = partial(keep_refresh_token, secrets, settings.secret_arn)
        grant = Grant(credentials, settings.token_url, keep)
        return Spotify(grant, settings.api_url, pace, settings.concurrency)

    try:
        summary: dict[str, Any] = msgspec.to_builtins(attempt.run(connect))
    finally:
        tell(attempt, pace, credentials, logger)
    return summary


def _means(settings: Settings, request: RunRequest, pace: Pace, context: LambdaContext) -> Means:
    s3, days = boto3.client("s3"), settings.full_refresh_days
    return Means(
        settings=settings,
        store=RunStore(s3, settings.bucket, request.ingest_date, request.run_id),
        memory=MemoryStore(s3, settings.bucket, request.schedule, request.time, days),
        resumer=Resumer(
            boto3.client("scheduler"),
            context.invoked_function_arn,
            settings.resume_role_arn,
            settings.resumes,
        ),
        pace=pace,
    )
