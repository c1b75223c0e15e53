"""The extract function: each event is one attempt at a run, and returns its summary."""

import os
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import boto3
import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from spotify_pipeline.environment import ExtractEnvironment
from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import QuotaExceededError, SupersededError
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.metrics import (
    emit_metrics,
    emit_schedule_metrics,
    log_summary,
)
from spotify_pipeline.extract.resume import Resumer
from spotify_pipeline.extract.run import Attempt
from spotify_pipeline.extract.settings import read_credentials, save_refresh_token
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.extract.stages import Stages
from spotify_pipeline.extract.state.budget import SMALL_BLOCK, CallBudget
from spotify_pipeline.extract.state.history import RunHistory
from spotify_pipeline.extract.state.ledger_store import LedgerStore
from spotify_pipeline.extract.state.newer_runs import newer_run
from spotify_pipeline.extract.state.run_store import RunStore
from spotify_pipeline.extract.state.schedule_state_store import ScheduleStateStore
from spotify_pipeline.extract.state.wanted_tracks import WantedTracks
from spotify_pipeline.log_levels import silence_secret_loggers
from spotify_pipeline.statuses import RunStatus

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    silence_secret_loggers()
    environment = ExtractEnvironment.from_variables(os.environ)
    request = RunRequest.from_event(event, now=clock.utc_now())
    logger.append_keys(run_id=request.run_id)
    s3, bucket = boto3.client("s3"), environment.bucket
    store = RunStore(s3, bucket, request.ingest_date, request.run_id)
    state_store = ScheduleStateStore(
        s3, bucket, request.schedule, request.time, environment.full_refresh_days
    )
    budget = _budget(environment, context, LedgerStore(s3, bucket), request)
    stages = Stages(
        request,
        environment,
        store,
        state_store,
        budget,
        partial(newer_run, s3, bucket, request),
        WantedTracks(s3, bucket),
    )
    rate_limiter = _rate_limiter(environment, context)
    resumer = _resumer(environment, context)
    history = RunHistory(s3, bucket, request.schedule)
    attempt = Attempt(request, stages, store, resumer, rate_limiter, budget, history)
    try:
        summary = attempt.run(partial(_connect, environment, rate_limiter, budget))
    finally:
        _report(attempt, stages, rate_limiter)
    result: dict[str, Any] = msgspec.to_builtins(summary)
    return result


def _rate_limiter(environment: ExtractEnvironment, context: LambdaContext) -> RateLimiter:
    return RateLimiter(
        lambda: context.get_remaining_time_in_millis() / 1000,
        environment.longest_wait_seconds,
        environment.requests_per_second,
    )


def _resumer(environment: ExtractEnvironment, context: LambdaContext) -> Resumer:
    return Resumer(boto3.client("scheduler"), context.invoked_function_arn, environment)


def _budget(
    environment: ExtractEnvironment, context: LambdaContext, store: LedgerStore, request: RunRequest
) -> CallBudget:
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    return CallBudget(
        store,
        schedule=request.schedule,
        attempt=str(uuid4()),
        daily_calls=environment.daily_calls,
        deadline=clock.utc_now() + remaining,
        reserved=environment.reserved,
        block=SMALL_BLOCK if request.sources.recently_played else None,
    )


def _connect(
    environment: ExtractEnvironment, rate_limiter: RateLimiter, budget: CallBudget
) -> SpotifyClient:
    """A client with the secret's credentials. Raises RunRefusedError if there are none."""
    secrets, secret_arn = boto3.client("secretsmanager"), environment.secret_arn
    credentials = read_credentials(secrets, secret_arn)
    save = partial(save_refresh_token, secrets, secret_arn)
    auth = Auth(credentials, environment.token_url, save)
    return SpotifyClient(auth, environment.api_url, rate_limiter, environment.concurrency, budget)


def _report(attempt: Attempt, stages: Stages, rate_limiter: RateLimiter) -> None:
    log_summary(attempt.summary, logger)
    age_days = None
    if attempt.spotify:
        age_days = attempt.spotify.auth.credentials.age_days(clock.utc_now())
    emit_metrics(
        status=attempt.summary.status,
        api_calls=attempt.summary.api_calls,
        calls_24h=attempt.summary.calls_24h,
        throttled=rate_limiter.throttled,
        is_quota_exceeded=isinstance(attempt.cause, QuotaExceededError),
        entries=stages.own_counts.entries,
        forbidden=stages.own_counts.forbidden,
        grant_age_days=age_days,
        is_abandoned=_is_abandoned(attempt),
    )
    if lost := attempt.comparison.lost:
        logger.warning("playlists became unreadable", extra={"playlists": lost})
    emit_schedule_metrics(
        attempt.summary.schedule,
        is_complete=attempt.summary.status == RunStatus.COMPLETE,
        comparison=attempt.comparison,
        play_gaps=stages.play_gaps,
    )


def _is_abandoned(attempt: Attempt) -> bool:
    summary = attempt.summary
    is_left = summary.status == RunStatus.PARTIAL and summary.resume_at is None
    return is_left and not isinstance(attempt.cause, SupersededError)
