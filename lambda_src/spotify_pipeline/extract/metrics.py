"""Metrics and the log line at the end of an attempt."""

from collections.abc import Callable

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from spotify_pipeline.extract.state.history import Comparison
from spotify_pipeline.memory import used_percent
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

_ENDED = (RunStatus.COMPLETE, RunStatus.PARTIAL, RunStatus.FAILED)
"""A run of any other status waits for a person."""


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
    is_abandoned: bool,
) -> None:
    """Emit the metrics of one attempt; the environment names their namespace and service.

    `calls_24h` are the environment's, in the 24 hours before the end of the attempt. `entries` and
    forbidden playlists are those of the parts that this attempt has stored. An abandoned run is
    incomplete, and nothing resumes or replaces it.
    """
    metrics = EphemeralMetrics()
    counts = {
        _RUN_METRICS.get(status, "RunsRefused"): 1,
        "ApiCalls": api_calls,
        "Throttled": throttled,
        "QuotaExceeded": int(is_quota_exceeded),
        "EntriesExtracted": entries,
        "PlaylistsForbidden": forbidden,
        "RunsBlocked": int(status not in _ENDED),
        "RunsAbandoned": int(is_abandoned),
    }
    for name, value in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    if calls_24h is not None:
        metrics.add_metric(name="CallsLast24Hours", unit=MetricUnit.Count, value=calls_24h)
    if grant_age_days is not None:
        metrics.add_metric(name="GrantAgeDays", unit=MetricUnit.NoUnit, value=grant_age_days)
    if (memory := used_percent()) is not None:
        metrics.add_metric(name="MemoryUsed", unit=MetricUnit.Percent, value=memory)
    metrics.flush_metrics()


def emit_schedule_metrics(
    schedule: str, *, is_complete: bool, comparison: Comparison, play_gaps: int | None = None
) -> None:
    """Emit the metrics of one attempt with the schedule as a further dimension.

    Only a complete run is compared, and only one that reads plays has `play_gaps`, the number of
    runs of the last day that found a gap.
    """
    metrics = EphemeralMetrics()
    metrics.add_dimension(name="schedule", value=schedule)
    metrics.add_metric(name="RunsCompleted", unit=MetricUnit.Count, value=int(is_complete))
    if is_complete:
        lost = len(comparison.lost)
        metrics.add_metric(name="PlaylistsLost", unit=MetricUnit.Count, value=lost)
        if play_gaps is not None:
            metrics.add_metric(name="PlayGaps", unit=MetricUnit.Count, value=play_gaps)
    if (share := comparison.entries_percent) is not None:
        metrics.add_metric(name="EntriesOfUsual", unit=MetricUnit.Percent, value=share)
    metrics.flush_metrics()
