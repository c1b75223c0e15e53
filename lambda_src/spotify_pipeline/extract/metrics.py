"""Metrics and the log line at the end of an attempt."""

from collections.abc import Callable

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from spotify_pipeline.raw import RunRecord
from spotify_pipeline.statuses import RunStatus

_RUN_METRICS: dict[str, str] = {
    RunStatus.COMPLETE: "RunsCompleted",
    RunStatus.PARTIAL: "RunsPartial",
    RunStatus.FAILED: "RunsFailed",
    RunStatus.UNCONFIGURED: "RunsUnconfigured",
    RunStatus.GRANT_REFUSED: "GrantsRefused",
}
"""The metric that counts attempts of each status; `RunsRefused` counts the others."""


def log_summary(summary: RunRecord, logger: Logger) -> None:
    levels: dict[str, Callable[..., None]] = {
        RunStatus.COMPLETE: logger.info,
        RunStatus.PARTIAL: logger.warning,
    }
    log = levels.get(summary.status, logger.error)
    log("run ended", extra=msgspec.to_builtins(summary))


def emit_metrics(
    *,
    status: str,
    api_calls: int,
    calls_24h: int | None,
    throttled: int,
    is_quota_exceeded: bool,
    entries: int,
    forbidden: int,
    grant_age_days: float | None,
) -> None:
    """Emit the metrics of one attempt; the environment names their namespace and service.

    `calls_24h` are the environment's, in the 24 hours before the end of the attempt. `entries` and
    forbidden playlists are those of the parts that this attempt has stored.
    """
    metrics = EphemeralMetrics()
    counts = {
        _RUN_METRICS.get(status, "RunsRefused"): 1,
        "ApiCalls": api_calls,
        "Throttled": throttled,
        "QuotaExceeded": int(is_quota_exceeded),
        "EntriesExtracted": entries,
        "PlaylistsForbidden": forbidden,
    }
    for name, value in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    if calls_24h is not None:
        metrics.add_metric(name="CallsLast24Hours", unit=MetricUnit.Count, value=calls_24h)
    if grant_age_days is not None:
        metrics.add_metric(name="GrantAgeDays", unit=MetricUnit.NoUnit, value=grant_age_days)
    metrics.flush_metrics()
