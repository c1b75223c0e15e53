"""Starts the Glue crawler, and follows the crawl to its end.

States and the last crawl as in the AWS Glue API Reference, "Crawler" and "LastCrawlInfo".
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_STEP_SECONDS = 3.0
_READY = "READY"


class CrawlError(Exception):
    """The crawl did not succeed; the message has Glue's reason and the log to read."""


@dataclass(frozen=True)
class Crawl:
    """The last crawl: its status, start and log, and the tables that it changed."""

    status: str
    started_at: datetime | None
    reason: str
    log: str
    seconds: float
    tables_created: int
    tables_updated: int


def crawl(glue: Any, name: str, sleep: Callable[[float], None] = time.sleep) -> Iterator[str]:
    """Start a crawl, or join the one that runs; yields the crawler's state until it is ready."""
    try:
        glue.start_crawler(Name=name)
    except glue.exceptions.CrawlerRunningException:
        yield "already running"
    while (state := glue.get_crawler(Name=name)["Crawler"]["State"]) != _READY:
        yield str(state).lower()
        sleep(_STEP_SECONDS)


def last_crawl(glue: Any, name: str) -> Crawl:
    """The summary of the last crawl. Raises CrawlError unless it succeeded."""
    found = glue.get_crawler(Name=name)["Crawler"].get("LastCrawl", {})
    metrics = glue.get_crawler_metrics(CrawlerNameList=[name])["CrawlerMetricsList"]
    counts = metrics[0] if metrics else {}
    last = Crawl(
        status=found.get("Status", "unknown"),
        started_at=found.get("StartTime"),
        reason=found.get("ErrorMessage", ""),
        log="/".join(filter(None, [found.get("LogGroup"), found.get("LogStream")])),
        seconds=counts.get("LastRuntimeSeconds", 0.0),
        tables_created=counts.get("TablesCreated", 0),
        tables_updated=counts.get("TablesUpdated", 0),
    )
    if last.status != "SUCCEEDED":
        raise CrawlError(
            f"The crawl of {name} ended as {last.status}: {last.reason or 'Glue gives no reason'}. "
            f"See its log {last.log or 'in CloudWatch'}"
        )
    return last
