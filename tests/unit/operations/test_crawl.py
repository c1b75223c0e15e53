"""make crawl against a scripted Glue."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from operations.crawl import CrawlError, crawl, last_crawl


class RunningError(Exception):
    """Glue's CrawlerRunningException."""


class Glue:
    """A crawler with these states, one at each look. Glue names the arguments (N803)."""

    exceptions = SimpleNamespace(CrawlerRunningException=RunningError)

    def __init__(self, *states: str, last: dict[str, Any], is_running: bool = False) -> None:
        self.started = 0
        self._states: Iterator[str] = iter(states)
        self._last = last
        self._is_running = is_running

    def start_crawler(self, *, Name: str) -> None:  # noqa: N803
        assert Name == "crawler"
        if self._is_running:
            raise RunningError
        self.started += 1

    def get_crawler(self, *, Name: str) -> dict[str, Any]:  # noqa: N803
        assert Name == "crawler"
        return {"Crawler": {"State": next(self._states, "READY"), "LastCrawl": self._last}}

    def get_crawler_metrics(self, *, CrawlerNameList: list[str]) -> dict[str, Any]:  # noqa: N803
        assert CrawlerNameList == ["crawler"]
        metrics = {"LastRuntimeSeconds": 61.0, "TablesCreated": 0, "TablesUpdated": 2}
        return {"CrawlerMetricsList": [metrics]}


SUCCEEDED = {"Status": "SUCCEEDED", "StartTime": datetime(2026, 3, 1, tzinfo=UTC)}


def follow(glue: Glue) -> list[str]:
    return list(crawl(glue, "crawler", sleep=lambda _: None))


def test_a_crawl_is_followed_until_the_crawler_is_ready() -> None:
    glue = Glue("RUNNING", "RUNNING", "STOPPING", last=SUCCEEDED)
    assert follow(glue) == ["running", "running", "stopping"]
    assert glue.started == 1
    last = last_crawl(glue, "crawler")
    assert (last.seconds, last.tables_updated) == (61.0, 2)


def test_a_crawl_that_runs_already_is_joined() -> None:
    glue = Glue("RUNNING", last=SUCCEEDED, is_running=True)
    assert follow(glue) == ["already running", "running"]


def test_a_failed_crawl_is_an_error_with_reason_and_log() -> None:
    failed = {
        "Status": "FAILED",
        "ErrorMessage": "no permission",
        "LogGroup": "/aws-glue/crawlers",
        "LogStream": "crawler",
    }
    with pytest.raises(CrawlError, match=r"FAILED: no permission\. .*/aws-glue/crawlers/crawler"):
        last_crawl(Glue(last=failed), "crawler")
