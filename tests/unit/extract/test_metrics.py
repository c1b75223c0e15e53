"""What a run tells its operators, and what it must not tell anybody."""

import json
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spotify_pipeline.extract.errors import QuotaExceededError, RateLimitedError
from spotify_pipeline.extract.handler import handler, logger
from spotify_pipeline.extract.spotify.client import SpotifyClient
from tests.conftest import CONTEXT
from tests.unit.extract.test_run import EVENT

RUNS = {"RunsCompleted", "RunsPartial", "RunsFailed", "RunsUnconfigured", "GrantsRefused"}


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Any:
    """Runs the handler; gives its metrics."""

    def run() -> dict[str, Any]:
        capfd.readouterr()
        with suppress(ZeroDivisionError):
            handler(EVENT, CONTEXT)
        printed = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        [metrics] = [line for line in printed if "_aws" in line]
        [emitted] = metrics["_aws"]["CloudWatchMetrics"]
        assert emitted["Namespace"] == "spotify-test"
        return {metric["Name"]: metrics[metric["Name"]][0] for metric in emitted["Metrics"]}

    return run


def formatted(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Every record as the function's own logger writes it: with all that was added to it."""
    return [logger.registered_formatter.format(record) for record in caplog.records]


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(SpotifyClient, "playlist_items", fail)


def test_a_complete_run_counts_what_it_did(deployed: Any, server: Any, told: Any) -> None:
    metrics = told()
    assert metrics == {
        "RunsCompleted": 1,
        "ApiCalls": server.fake.requests,
        "Throttled": 0,
        "QuotaExceeded": 0,
        "EntriesExtracted": 433,
        "PlaylistsForbidden": 1,
    }


def test_an_attempt_counts_only_what_it_stored_itself(deployed: Any, told: Any) -> None:
    told()
    metrics = told()
    assert (metrics["EntriesExtracted"], metrics["PlaylistsForbidden"]) == (0, 0)


@pytest.mark.parametrize(
    ("error", "metric", "quota"),
    [
        (RateLimitedError("429 rate limited", 3600), "RunsPartial", 0),
        (QuotaExceededError(), "RunsPartial", 1),
        (ZeroDivisionError(), "RunsFailed", 0),
    ],
)
def test_each_end_of_a_run_has_its_metric(
    deployed: Any,
    told: Any,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    metric: str,
    quota: int,
) -> None:
    failing(monkeypatch, error)
    metrics = told()
    assert RUNS & metrics.keys() == {metric}
    assert metrics["QuotaExceeded"] == quota


def test_an_unfilled_secret_and_a_refused_grant_are_no_failures(deployed: Any, told: Any) -> None:
    deployed.fill_secret(client_id="", client_secret="")
    assert RUNS & told().keys() == {"RunsUnconfigured"}
    deployed.fill_secret(
        client_id="stand-in-client", client_secret="stand-in-secret", refresh_token="revoked"
    )
    assert RUNS & told().keys() == {"GrantsRefused"}


def test_the_age_of_the_grant_is_told_where_it_is_known(deployed: Any, told: Any) -> None:
    secret = json.loads(
        deployed.secrets.get_secret_value(SecretId=deployed.secret_arn)["SecretString"]
    )
    then = datetime.now(UTC) - timedelta(days=170)
    deployed.fill_secret(**secret, authorized_at=then.isoformat(timespec="seconds"))
    assert told()["GrantAgeDays"] == pytest.approx(170, abs=0.01)


def test_every_log_line_names_its_run(deployed: Any, caplog: pytest.LogCaptureFixture) -> None:
    # A damaged memory makes another module log, too.
    deployed.s3.put_object(Bucket=deployed.bucket, Key="state/daily.json", Body=b"{")
    summary = handler(EVENT, CONTEXT)
    lines = [json.loads(line) for line in formatted(caplog)]
    assert [line["level"] for line in lines] == ["ERROR", "INFO"]
    assert {line["run_id"] for line in lines} == {summary["run_id"]}


def test_no_log_at_any_level_holds_a_secret_a_token_or_an_authorization_header(
    deployed: Any,
    server: Any,
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
    held = json.loads(
        deployed.secrets.get_secret_value(SecretId=deployed.secret_arn)["SecretString"]
    )
    secrets = {held["client_secret"], held["refresh_token"], "stand-in-refresh-token"}
    assert held["refresh_token"] != "stand-in-refresh-token"
    headers = {"Bearer ", "Basic ", "AWS4-HMAC", "uthorization'", "uthorization:"}
    assert tokens
    for text in {*secrets, *tokens, *headers}:
        assert text not in logged


def issued(fake: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Access tokens, as they are given."""
    real = fake.tokens.grant
    tokens: list[str] = []

    def grant(*arguments: Any) -> str:
        tokens.append(real(*arguments))
        return tokens[-1]

    monkeypatch.setattr(fake.tokens, "grant", grant)
    return tokens
