"""The extract function: one event, one attempt at a run, its summary as the answer."""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

import boto3
import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.metrics import emit_metrics
from spotify_pipeline.extract.resume import Resumer
from spotify_pipeline.extract.run import Attempt
from spotify_pipeline.extract.settings import (
    Credentials,
    Settings,
    read_credentials,
    save_refresh_token,
)
from spotify_pipeline.extract.spotify.auth import Grant
from spotify_pipeline.extract.spotify.client import Spotify
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.stages import Means
from spotify_pipeline.extract.state.run_store import RunStore
from spotify_pipeline.extract.state.schedule_state_store import ScheduleStateStore
from spotify_pipeline.log_levels import silence_secret_loggers

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    silence_secret_loggers()
    settings = Settings.from_environment(os.environ)
    request = RunRequest.from_event(event, now=datetime.now(UTC))
    logger.append_keys(run_id=request.run_id)
    rate_limiter = RateLimiter(
        lambda: context.get_remaining_time_in_millis() / 1000,
        settings.longest_wait_seconds,
        settings.requests_per_second,
    )
    attempt = Attempt(request, _means(settings, request, rate_limiter, context))
    credentials: Credentials | None = None

    def connect() -> Spotify:
        nonlocal credentials
        secrets = boto3.client("secretsmanager")
        credentials = read_credentials(secrets, settings.secret_arn)
        keep = partial(save_refresh_token, secrets, settings.secret_arn)
        grant = Grant(credentials, settings.token_url, keep)
        return Spotify(grant, settings.api_url, rate_limiter, settings.concurrency)

    try:
        summary: dict[str, Any] = msgspec.to_builtins(attempt.run(connect))
    finally:
        emit_metrics(attempt, rate_limiter, credentials, logger)
    return summary


def _means(
    settings: Settings, request: RunRequest, rate_limiter: RateLimiter, context: LambdaContext
) -> Means:
    s3, days = boto3.client("s3"), settings.full_refresh_days
    return Means(
        settings=settings,
        store=RunStore(s3, settings.bucket, request.ingest_date, request.run_id),
        memory=ScheduleStateStore(s3, settings.bucket, request.schedule, request.time, days),
        resumer=Resumer(
            boto3.client("scheduler"),
            context.invoked_function_arn,
            settings.resume_role_arn,
            settings.resumes,
        ),
        rate_limiter=rate_limiter,
    )
