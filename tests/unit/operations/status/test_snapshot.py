"""The snapshot of a deployment in memory; what cannot be read hides nothing else."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import msgspec
import polars as pl
import pytest

from operations.status import tables
from operations.status.model import (
    DeadLetterName,
    FailedRunName,
    QueueDepth,
    Snapshot,
    Unreadable,
)
from operations.status.snapshot import take_snapshot
from operations.status.verdict import judge
from spotify_pipeline.extract.state.ledger import Reservation
from spotify_pipeline.extract.state.ledger_store import LedgerStore
from spotify_pipeline.tables import TABLES
from tests.unit.extract.runs import EVENT
from tests.unit.operations.status.conftest import Refusal

if TYPE_CHECKING:
    from operations.deployment import Deployment
    from tests.conftest import Aws, Server
    from tests.unit.operations.status.conftest import StatusDeployment

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

PARTS = {
    field.name
    for field in msgspec.structs.fields(Snapshot)
    if field.name not in ("environment", "taken_at", "unreadable")
}


def snapshot_of(deployment: Deployment) -> Snapshot:
    return take_snapshot(deployment, datetime.now(UTC))


def part_key(aws: Aws) -> str:
    return next(key for key in aws.raw_keys() if key.endswith("/0000.jsonl.gz"))


def send(deployment: Deployment, output: str, body: object) -> None:
    deployment.client("sqs").send_message(
        QueueUrl=deployment.output(output), MessageBody=json.dumps(body)
    )


def test_a_deployment_without_runs_is_well(status_deployment: StatusDeployment) -> None:
    snapshot = snapshot_of(status_deployment)
    assert judge(snapshot).is_well
    assert snapshot.unreadable == []
    assert {name for name in PARTS if getattr(snapshot, name) is None} == {"rows"}


def test_a_run_is_shown_with_its_calls_and_rows(extracted: StatusDeployment, aws: Aws) -> None:
    snapshot = snapshot_of(extracted)
    assert judge(snapshot).is_well
    assert {name for name in PARTS if getattr(snapshot, name) is None} == set()
    assert snapshot.schedules
    assert snapshot.schedules[0].last_complete
    assert snapshot.schedules[0].last_complete.time == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert snapshot.calls
    assert snapshot.calls.used > 0
    assert snapshot.rows
    assert str(snapshot.rows.day) == "2026-03-01"
    assert snapshot.rows.tables == rows_of(aws)


def test_a_schedule_with_runs_is_due_since_its_stack_exists(extracted: StatusDeployment) -> None:
    snapshot = snapshot_of(replace(extracted, created_at=LONG_AGO))
    [fault] = judge(snapshot).faults
    assert fault.startswith("daily has no complete run since that of 2026-03-01 06:00 UTC")


def test_a_schedule_without_runs_is_due_since_the_last_update(
    status_deployment: StatusDeployment,
) -> None:
    assert judge(snapshot_of(replace(status_deployment, created_at=LONG_AGO))).is_well


def rows_of(aws: Aws) -> dict[str, int]:
    """Rows of all Parquet files, read completely."""
    rows = {table.name: 0 for table in TABLES}
    for key, body in aws.transformed().items():
        rows[key.split("/")[1]] += len(pl.read_parquet(io.BytesIO(body)))
    return rows


def test_rows_are_counted_if_the_footer_exceeds_the_first_request(
    extracted: StatusDeployment, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_TAIL_BYTES", 10)
    found = snapshot_of(extracted)
    assert found.rows
    assert found.rows.tables == rows_of(aws)


def test_the_status_makes_no_call_and_changes_nothing(
    extracted: StatusDeployment, aws: Aws, server: Server
) -> None:
    requests, token_requests = server.fake.requests, server.fake.token_requests
    objects, secret = aws.objects(), aws.secret()
    snapshot_of(extracted)
    assert (server.fake.requests, server.fake.token_requests) == (requests, token_requests)
    assert (aws.objects(), aws.secret()) == (objects, secret)


@pytest.mark.parametrize(
    ("operation", "parts"),
    [
        ("DescribeAlarms", {"alarms"}),
        ("GetSecretValue", {"authorisation"}),
        ("ReceiveMessage", {"dead_letter_names", "failed_run_names"}),
        (
            "GetQueueAttributes",
            {"raw_parts", "dead_letters", "failed_runs", "dead_letter_names", "failed_run_names"},
        ),
        ("ListObjectsV2", {"runs", "untransformed", "rows"}),
        ("GetObject", {"runs", "calls", "rows"}),
        ("DescribeStacks", {"deployment_time"}),
    ],
)
def test_an_unreadable_part_hides_no_other(
    extracted: StatusDeployment, operation: str, parts: set[str]
) -> None:
    send(extracted, "DeadLetterQueueUrl", {"detail": {"object": {"key": "a"}}})
    send(extracted, "FailedRunsQueueUrl", {})
    snapshot = snapshot_of(replace(extracted, refusal=Refusal(operation)))
    assert {one.part for one in snapshot.unreadable} == parts
    assert all("AccessDenied" in one.reason for one in snapshot.unreadable)
    assert all(operation in one.reason for one in snapshot.unreadable)
    missing = {name for name in PARTS if getattr(snapshot, name) is None}
    assert missing - {"schedules"} == parts & PARTS
    assert not judge(snapshot).is_well


def test_a_missing_output_hides_no_other_part(extracted: StatusDeployment) -> None:
    del extracted.outputs["FailedRunsQueueUrl"]
    snapshot = snapshot_of(extracted)
    assert [one.part for one in snapshot.unreadable] == ["failed_runs", "failed_run_names"]
    assert "have no output FailedRunsQueueUrl" in snapshot.unreadable[0].reason


def test_dead_letters_and_failed_runs_are_named_and_stay(extracted: StatusDeployment) -> None:
    send(extracted, "DeadLetterQueueUrl", {"detail": {"object": {"key": "a"}}})
    failure = {"errorType": "OSError", "errorMessage": "Disk full"}
    record = {"requestPayload": EVENT, "responsePayload": failure}
    send(extracted, "FailedRunsQueueUrl", record)
    for _ in range(2):
        snapshot = snapshot_of(extracted)
        assert snapshot.dead_letter_names == [DeadLetterName("a")]
        assert snapshot.dead_letters == snapshot.failed_runs == QueueDepth(1, 0, 0)
        assert snapshot.failed_run_names == [
            FailedRunName("20260301T060000Z-daily-082ad044", "OSError: Disk full")
        ]


def test_a_damaged_run_record_is_reported(extracted: StatusDeployment, aws: Aws) -> None:
    key = next(key for key in aws.raw_keys() if "/run-" in key)
    aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=b"no record")
    snapshot = snapshot_of(extracted)
    reason = f"1 missing or damaged, the first is {key}"
    assert snapshot.unreadable == [Unreadable("run_records", reason)]


def test_a_part_without_files_is_not_transformed(extracted: StatusDeployment, aws: Aws) -> None:
    for key in aws.keys("transformed-data/"):
        if key.endswith("-0000.parquet"):
            aws.s3.delete_object(Bucket=aws.bucket, Key=key)
    found = snapshot_of(extracted).untransformed
    assert found
    assert (found.count, found.oldest_key) == (1, part_key(aws))
    assert judge(take_snapshot(extracted, datetime.now(UTC) + timedelta(hours=2))).faults


def test_a_dead_letter_is_not_counted_as_untransformed(
    extracted: StatusDeployment, aws: Aws
) -> None:
    for key in aws.keys("transformed-data/"):
        aws.s3.delete_object(Bucket=aws.bucket, Key=key)
    for key in aws.raw_keys():
        send(extracted, "DeadLetterQueueUrl", {"detail": {"object": {"key": key}}})
    found = snapshot_of(extracted).untransformed
    assert found
    assert found.count == 0


@pytest.mark.parametrize(("kind", "count"), [("purged", 0), ("playlist", 1)])
def test_a_purged_part_is_not_waiting(
    extracted: StatusDeployment, aws: Aws, kind: str, count: int
) -> None:
    record = {"kind": kind, "run_id": "a", "fetched_at": "2026-03-01T06:00:00Z", "body": None}
    key = part_key(aws).replace("/0000.", "/9999.")
    body = gzip.compress(json.dumps(record).encode() + b"\n")
    aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=body)
    found = snapshot_of(extracted).untransformed
    assert found
    assert found.count == count


def test_a_damaged_part_is_waiting(extracted: StatusDeployment, aws: Aws) -> None:
    key = part_key(aws).replace("/0000.", "/9999.")
    aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=b"no gzip")
    found = snapshot_of(extracted).untransformed
    assert found
    assert found.oldest_key == key


def test_a_reservation_is_a_running_attempt(status_deployment: StatusDeployment, aws: Aws) -> None:
    until = datetime.now(UTC) + timedelta(minutes=10)
    ended = datetime.now(UTC) - timedelta(minutes=10)

    def reserve(ledger: Any) -> None:
        ledger.reservations["a"] = Reservation("daily", 50, until)
        ledger.reservations["b"] = Reservation("weekly", 50, ended)

    LedgerStore(aws.s3, aws.bucket).update(reserve)
    calls = snapshot_of(status_deployment).calls
    assert calls
    assert calls.used == 100
    assert [one.schedule for one in calls.running] == ["daily"]


def test_alarms_are_those_of_the_environment(status_deployment: StatusDeployment) -> None:
    cloudwatch = boto3.client("cloudwatch")
    for name in ("spotify-local-a", "spotify-local-b", "spotify-dev-c"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            MetricName="a",
            Namespace="a",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="too many")
    cloudwatch.set_alarm_state(AlarmName="spotify-local-a", StateValue="OK", StateReason="few")
    alarms = snapshot_of(status_deployment).alarms
    assert alarms
    assert [(one.name, one.state, one.reason) for one in alarms] == [
        ("spotify-local-a", "OK", "few"),
        ("spotify-local-b", "ALARM", "too many"),
    ]


def test_a_secret_without_credentials_is_a_fault(
    status_deployment: StatusDeployment, aws: Aws
) -> None:
    aws.fill_secret(client_id="", client_secret="")
    found = snapshot_of(status_deployment).authorisation
    assert found
    assert found.fault
    assert "no client_id" in found.fault


def test_the_age_and_scopes_are_those_of_the_secret(
    status_deployment: StatusDeployment, aws: Aws
) -> None:
    begun, scope = datetime.now(UTC) - timedelta(days=160), "a playlist-read-private"
    aws.fill_secret(**aws.secret(), authorized_at=begun.isoformat(), scope=scope)
    snapshot = snapshot_of(status_deployment)
    assert snapshot.authorisation
    assert snapshot.authorisation.scopes == ["a", "playlist-read-private"]
    assert "playlist-read-collaborative" in snapshot.authorisation.missing_scopes
    verdict = judge(snapshot)
    assert "lacks the scope playlist-read-collaborative" in verdict.sentence
    assert any("160 days old" in fault for fault in verdict.faults)
    for value in aws.secret().values():
        assert str(value) not in str(snapshot) or value == scope
