"""Metrics and logs of a run, which contain no secrets."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fake_spotify.server import FakeSpotify
from fake_spotify.tokens import Grant
from spotify_pipeline.extract.errors import QuotaExceededError, RateLimitedError, SupersededError
from spotify_pipeline.extract.handler import handler, logger
from spotify_pipeline.extract.spotify.client import SpotifyClient
from tests.conftest import CONTEXT, Aws, Server
from tests.unit.extract.runs import EVENT

RUNS = {"RunsCompleted", "RunsPartial", "RunsFailed", "RunsUnconfigured", "GrantsRefused"}


Run = Callable[[], dict[str, Any]]


@pytest.fixture
def emitted(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the handler, and returns the metrics that it emits for all schedules."""

    def run() -> dict[str, Any]:
        return emit(capfd, EVENT)["service"]

    return run


def emit(capfd: pytest.CaptureFixture[str], event: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Run the handler; the metrics that it emits, by the last one of their dimensions."""
    capfd.readouterr()
    with suppress(ZeroDivisionError):
        handler(event, CONTEXT)
    found = {}
    for line in map(json.loads, capfd.readouterr().out.splitlines()):
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            assert directive["Namespace"] == "spotify-test"
            [dimensions] = directive["Dimensions"]
            names = [metric["Name"] for metric in directive["Metrics"]]
            found[max(dimensions, key="service schedule".index)] = {
                name: line[name][0] for name in names
            }
    return found


def formatted(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Every record as the function's logger formats it, with the appended keys."""
    return [logger.registered_formatter.format(record) for record in caplog.records]


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(SpotifyClient, "playlist_items", fail)


def test_a_complete_run_emits_its_counts(deployed: Aws, server: Server, emitted: Run) -> None:
    metrics = emitted()
    assert metrics == {
        "RunsCompleted": 1,
        "ApiCalls": server.fake.requests,
        "CallsLast24Hours": server.fake.requests,
        "Throttled": 0,
        "QuotaExceeded": 0,
        "EntriesExtracted": 433,
        "PlaylistsForbidden": 1,
        "RunsBlocked": 0,
        "RunsAbandoned": 0,
    }


def test_an_attempt_counts_only_the_parts_it_stored(deployed: Aws, emitted: Run) -> None:
    emitted()
    metrics = emitted()
    assert (metrics["EntriesExtracted"], metrics["PlaylistsForbidden"]) == (0, 0)


@pytest.mark.parametrize(
    ("error", "metric", "quota", "abandoned"),
    [
        (RateLimitedError("429 rate limited", 3600), "RunsPartial", 0, 0),
        (QuotaExceededError(), "RunsPartial", 1, 1),
        (SupersededError("20260302T060000Z-daily-082ad044"), "RunsPartial", 0, 0),
        (ZeroDivisionError(), "RunsFailed", 0, 0),
    ],
)
def test_each_outcome_of_a_run_has_its_metric(
    deployed: Aws,
    emitted: Run,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    metric: str,
    quota: int,
    abandoned: int,
) -> None:
    failing(monkeypatch, error)
    metrics = emitted()
    assert RUNS & metrics.keys() == {metric}
    assert metrics["QuotaExceeded"] == quota
    assert (metrics["RunsAbandoned"], metrics["RunsBlocked"]) == (abandoned, 0)


def test_refused_credentials_are_not_counted_as_failures(deployed: Aws, emitted: Run) -> None:
    deployed.fill_secret(client_id="", client_secret="")
    metrics = emitted()
    assert RUNS & metrics.keys() == {"RunsUnconfigured"}
    assert metrics["RunsBlocked"] == 1
    deployed.fill_secret(
        client_id="fake-client", client_secret="fake-secret", refresh_token="revoked"
    )
    assert RUNS & emitted().keys() == {"GrantsRefused"}


def test_the_age_of_the_authorisation_is_a_metric(deployed: Aws, emitted: Run) -> None:
    secret = deployed.secret()
    then = datetime.now(UTC) - timedelta(days=170)
    deployed.fill_secret(**secret, authorized_at=then.isoformat(timespec="seconds"))
    assert emitted()["GrantAgeDays"] == pytest.approx(170, abs=0.01)


def test_every_log_line_names_its_run(deployed: Aws, caplog: pytest.LogCaptureFixture) -> None:
    # A damaged state makes another module log too.
    deployed.s3.put_object(Bucket=deployed.bucket, Key="state/daily.json", Body=b"{")
    summary = handler(EVENT, CONTEXT)
    lines = [json.loads(line) for line in formatted(caplog)]
    assert [line["level"] for line in lines] == ["ERROR", "INFO"]
    assert {line["run_id"] for line in lines} == {summary["run_id"]}


def test_no_log_level_contains_secrets_tokens_or_auth_headers(
    deployed: Aws,
    server: Server,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.fake.rotates = True
    tokens = issued(server.fake, monkeypatch)
    for name in [*logging.root.manager.loggerDict]:
        logging.getLogger(name).setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    handler(EVENT, CONTEXT)
    logged = "\n".join([*formatted(caplog), *capfd.readouterr()])
    held = deployed.secret()
    secrets = {held["client_secret"], held["refresh_token"], "fake-refresh-token"}
    assert held["refresh_token"] != "fake-refresh-token"
    headers = {"Bearer ", "Basic ", "AWS4-HMAC", "uthorization'", "uthorization:"}
    assert tokens
    for text in {*secrets, *tokens, *headers}:
        assert text not in logged


def issued(fake: FakeSpotify, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The access tokens that the fake issues from now on."""
    real = fake.tokens.grant
    tokens: list[str] = []

    def granted(grant: Grant, seconds: float) -> str:
        tokens.append(real(grant, seconds))
        return tokens[-1]

    monkeypatch.setattr(fake.tokens, "grant", granted)
    return tokens
