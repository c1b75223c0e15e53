"""The extract function: one event, one attempt at a run, its summary as the answer."""

import os
from datetime import UTC, datetime
from typing import Any

import boto3
import msgspec
from aws_lambda_powertools import Logger

from spotify_pipeline.extract.grant import Grant
from spotify_pipeline.extract.memory_store import MemoryStore
from spotify_pipeline.extract.request import RunRequest
from spotify_pipeline.extract.run import Stores, run
from spotify_pipeline.extract.settings import Settings, read_credentials
from spotify_pipeline.extract.spotify import Spotify
from spotify_pipeline.extract.store import RunStore

logger = Logger(service="extract")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    settings = Settings.from_environment(os.environ)
    request = RunRequest.from_event(event, now=datetime.now(UTC))
    s3, days = boto3.client("s3"), settings.full_refresh_days
    stores = Stores(
        RunStore(s3, settings.bucket, request.ingest_date, request.run_id),
        MemoryStore(s3, settings.bucket, request.schedule, request.time, days),
    )

    def connect() -> Spotify:
        credentials = read_credentials(boto3.client("secretsmanager"), settings.secret_arn)
        return Spotify(Grant(credentials, settings.token_url), settings.api_url)

    summary: dict[str, Any] = msgspec.to_builtins(run(request, stores, connect, days))
    logger.info("run ended", extra=summary)
    return summary
