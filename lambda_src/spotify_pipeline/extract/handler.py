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
from spotify_pipeline.extract.patience import Patience
from spotify_pipeline.extract.request import RunRequest
from spotify_pipeline.extract.resume import Resumer
from spotify_pipeline.extract.run import Means, run
from spotify_pipeline.extract.settings import Settings, keep_refresh_token, read_credentials
from spotify_pipeline.extract.spotify import Spotify
from spotify_pipeline.extract.store import RunStore

logger = Logger(service="extract")


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    settings = Settings.from_environment(os.environ)
    request = RunRequest.from_event(event, now=datetime.now(UTC))
    patience = Patience(
        lambda: context.get_remaining_time_in_millis() / 1000, settings.longest_wait_seconds
    )
    s3, days = boto3.client("s3"), settings.full_refresh_days
    means = Means(
        store=RunStore(s3, settings.bucket, request.ingest_date, request.run_id),
        memory=MemoryStore(s3, settings.bucket, request.schedule, request.time, days),
        resumer=Resumer(
            boto3.client("scheduler"),
            context.invoked_function_arn,
            settings.resume_role_arn,
            settings.resumes,
        ),
        patience=patience,
        full_refresh_days=days,
    )

    def connect() -> Spotify:
        secrets = boto3.client("secretsmanager")
        credentials = read_credentials(secrets, settings.secret_arn)
        keep = partial(keep_refresh_token, secrets, settings.secret_arn)
        return Spotify(Grant(credentials, settings.token_url, keep), settings.api_url, patience)

    summary: dict[str, Any] = msgspec.to_builtins(run(request, means, connect))
    logger.info("run ended", extra=summary)
    return summary
