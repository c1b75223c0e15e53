"""AWS's list prices for us-east-1, and the monthly cost that follows from a measured day.

The prices were collected from secondary sources in November 2026: compare them with AWS's pages,
which are named beside them. Free tiers, which an account has only once, are left out.
"""

from typing import Any

from operations.athena.cost import usd
from stacks.configuration import Configuration

DAYS = 30
GB = 1e9

# https://aws.amazon.com/s3/pricing/
S3_WRITE = 0.005 / 1000
S3_READ = 0.0004 / 1000
S3_GB_MONTH = 0.023
# https://aws.amazon.com/lambda/pricing/ (Arm)
LAMBDA_GB_SECOND = 0.0000133334
LAMBDA_REQUEST = 0.20 / 1e6
# https://aws.amazon.com/sqs/pricing/ (standard queue)
SQS_REQUEST = 0.40 / 1e6
# https://aws.amazon.com/eventbridge/pricing/ (S3's events are opt-in service events)
EVENT = 1.00 / 1e6
# https://aws.amazon.com/cloudwatch/pricing/
LOGS_GB = 0.50
METRIC = 0.30
ALARM = 0.10
DASHBOARD = 3.00
# https://aws.amazon.com/secrets-manager/pricing/
SECRET = 0.40
SECRET_REQUEST = 0.05 / 10_000

METRICS, ALARMS = 21, 22
"""Of an environment with one schedule."""

POLLS_PER_MINUTE = 15
"""Lambda polls an idle queue with five long polls of 20 seconds (Lambda Developer Guide)."""

QUERIES = 20
"""Athena queries in a day; each reads at most the partitions of `full_refresh_days`."""

FULL_CORE_MB = 1769
"""Lambda gives a function one core at this memory (Lambda Developer Guide, "Memory")."""

_READS = {"GetObject", "HeadObject", "HeadBucket"}
_FREE = {"DeleteObject", "DeleteObjects"}


def monthly(day: dict[str, Any], configuration: Configuration) -> dict[str, float]:
    """USD a month, by service, for a day as benchmarks.cost.process measures it."""
    writes, reads = _s3(day)
    retention = configuration.retention_days
    stored = day["raw_bytes"] * retention.raw_data
    stored += day["parquet_bytes"] * retention.transformed_data
    extract, transform = configuration.functions.extract, configuration.functions.transform
    extract_gb = extract_seconds(day, configuration) * extract.memory_mb / 1024
    transform_gb = transform_seconds(day, configuration) * transform.memory_mb / 1024
    invocations = day["extract"]["invocations"] + day["transform"]["invocations"]
    scanned = day["parquet_bytes"] * configuration.full_refresh_days
    polls = POLLS_PER_MINUTE * 60 * 24 + 3 * day["raw_objects"]
    return {
        "S3 requests": DAYS * (writes * S3_WRITE + reads * S3_READ),
        "S3 storage, once the retention is full": stored / GB * S3_GB_MONTH,
        "Lambda": DAYS * ((extract_gb + transform_gb) * LAMBDA_GB_SECOND)
        + DAYS * invocations * LAMBDA_REQUEST,
        "SQS": DAYS * polls * SQS_REQUEST,
        "EventBridge": DAYS * writes * EVENT,
        "CloudWatch Logs": DAYS * day["log_bytes"] / GB * LOGS_GB,
        "metrics, alarms, dashboard": METRICS * METRIC + ALARMS * ALARM + DASHBOARD,
        "Secrets Manager": SECRET + DAYS * invocations * SECRET_REQUEST,
        "Athena": DAYS * QUERIES * usd(scanned),
    }


def quantities(day: dict[str, Any]) -> dict[str, str]:
    """The measured quantities, as text."""
    writes, reads = _s3(day)
    return {
        "playlist entries": f"{day['entries']:,}",
        "calls of Spotify": f"{day['calls']:,}",
        "S3 PUT and LIST": f"{writes:,}",
        "S3 GET and HEAD": f"{reads:,}",
        "raw parts and run records": f"{day['raw_objects']:,}",
        "Parquet files": f"{day['parquet_objects']:,}",
        "bytes of raw data": f"{day['raw_bytes']:,}",
        "bytes of Parquet": f"{day['parquet_bytes']:,}",
        "bytes of logs": f"{day['log_bytes']:,}",
        "seconds of extract, without the rate limiter": f"{day['extract']['seconds']:.1f}",
        "seconds of transform": f"{day['transform']['seconds']:.1f}",
    }


def extract_seconds(day: dict[str, Any], configuration: Configuration) -> float:
    """A run waits for its rate limiter most of the time."""
    limited = float(day["calls"] / configuration.spotify.requests_per_second)
    return limited + _on_lambda(
        day["extract"]["seconds"], configuration.functions.extract.memory_mb
    )


def transform_seconds(day: dict[str, Any], configuration: Configuration) -> float:
    seconds = day["transform"]["seconds"]
    return _on_lambda(seconds, configuration.functions.transform.memory_mb)


def _on_lambda(seconds: float, memory_mb: int) -> float:
    """Seconds with the share of a core that the memory brings."""
    return seconds * max(1.0, FULL_CORE_MB / memory_mb)


def _s3(day: dict[str, Any]) -> tuple[int, int]:
    """Requests of both functions that S3 bills as writes (PUT, LIST) and as reads."""
    writes = reads = 0
    for function in ("extract", "transform"):
        for name, count in day[function]["requests"].items():
            service, operation = name.split(".")
            if service == "s3" and operation in _READS:
                reads += count
            elif service == "s3" and operation not in _FREE:
                writes += count
    return writes, reads
