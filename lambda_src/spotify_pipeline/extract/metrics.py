"""What an attempt at a run tells its operators: one log line and its metrics."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from spotify_pipeline.extract.errors import QuotaExceededError
from spotify_pipeline.extract.run import Attempt
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.rate_limiter import RateLimiter
from spotify_pipeline.statuses import RunStatus

_RUNS: dict[str, str] = {
    RunStatus.COMPLETE: "RunsCompleted",
    RunStatus.PARTIAL: "RunsPartial",
    RunStatus.FAILED: "RunsFailed",
    RunStatus.UNCONFIGURED: "RunsUnconfigured",
    RunStatus.GRANT_REFUSED: "GrantsRefused",
}
"""The metric that counts attempts of each status; the others are `RunsRefused`."""


def emit_metrics(
    attempt: Attempt, rate_limiter: RateLimiter, credentials: Credentials | None, logger: Logger
) -> None:
    """Metrics go to the namespace, and under the service, that the environment names."""
    metrics = EphemeralMetrics()
    summary, stored = attempt.summary, attempt.stored
    levels: dict[str, Callable[..., None]] = {
        RunStatus.COMPLETE: logger.info,
        RunStatus.PARTIAL: logger.warning,
    }
    log = levels.get(summary.status, logger.error)
    log("run ended", extra=msgspec.to_builtins(summary))
    counts = {
        _RUNS.get(summary.status, "RunsRefused"): 1,
        "ApiCalls": summary.api_calls,
        "Throttled": rate_limiter.throttled,
        "QuotaExceeded": int(isinstance(attempt.cause, QuotaExceededError)),
        "EntriesExtracted": stored.entries,
        "PlaylistsForbidden": stored.forbidden,
    }
    for name, value in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    age = credentials.age_days(datetime.now(UTC)) if credentials else None
    if age is not None:
        metrics.add_metric(name="GrantAgeDays", unit=MetricUnit.NoUnit, value=age)
    metrics.flush_metrics()
