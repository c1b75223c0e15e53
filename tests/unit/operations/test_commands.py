"""make replay and make redrive against a deployment in memory, with the real transform."""

import gzip
import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import boto3
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from commands import operations as commands
from operations.queues import Queue
from spotify_pipeline.keys import Part
from spotify_pipeline.transform.handler import handler as transform
from tests.conftest import Aws
from tests.unit.operations.conftest import EventSourceMapping, WorkingDeployment
from tests.unit.transform.raw_lines import TRACK, line, page
from tests.unit.transform.test_handler import delivered

Message = tuple[str, str]
Sent = tuple[str, str | None]

DAYS = ("2026-03-01", "2026-03-02", "2026-03-04")


class Run(Protocol):
    """Runs a command, with these environment variables."""

    def __call__(self, *arguments: str, **environment: str) -> Result: ...


@pytest.fixture
def extracted(aws: Aws, deployment: WorkingDeployment) -> Aws:
    """Two raw parts on each of three days, transformed."""
    observed = line("playlist", {"id": "p1"}, playlist_id="p1", status="walked")
    body = gzip.compress(b"\n".join([observed, page({"item": TRACK})]))
    for day in DAYS:
        for name in ("0000", "0001"):
            key = Part(day, f"{day.replace('-', '')}T060000Z-daily-0a1b2c3d", name).raw_key
            aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=body)
    transform(delivered(*aws.raw_keys()), None)
    return aws


@pytest.fixture
def transformed(extracted: Aws) -> dict[str, bytes]:
    """The Parquet files as they were, and are no longer."""
    files = extracted.transformed()
    for key in files:
        extracted.s3.delete_object(Bucket=extracted.bucket, Key=key)
    return files


@pytest.fixture
def run(deployment: WorkingDeployment, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command, as with ENV=local."""
    monkeypatch.setattr(commands, "_deployment", lambda _: deployment)
    monkeypatch.setattr(commands.console, "width", 132)
    monkeypatch.setenv("ENV", "local")

    def run_command(*arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(commands.app, arguments, env=environment)

    return run_command


def truncate(aws: Aws, key: str) -> bytes:
    whole = aws.read(key)
    aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=whole[:-9])
    return whole


def of_day(files: dict[str, bytes], *days: str) -> dict[str, bytes]:
    return {key: body for key, body in files.items() if any(f"={day}/" in key for day in days)}


def test_a_replay_of_all_days_gives_the_same_files(
    extracted: Aws, transformed: dict[str, bytes], run: Run
) -> None:
    done = run("replay", FROM="2026-01-01", TO="2026-12-31")
    assert extracted.transformed() == transformed
    assert "Sent 6 raw parts of 2026-03-01 to 2026-03-02, 2026-03-04" in done.stdout
    assert "✓ 6 of 6 raw parts done, none in the dead-letter queue" in done.stdout
    assert done.exit_code == 0


def test_a_replay_sends_only_the_requested_days(
    extracted: Aws, transformed: dict[str, bytes], run: Run
) -> None:
    run("replay", FROM="2026-03-02", TO="2026-03-03")
    assert extracted.transformed() == of_day(transformed, "2026-03-02") != {}


def test_the_events_sent_are_those_of_new_objects(
    extracted: Aws, deployment: WorkingDeployment, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the Amazon S3 User Guide describes them, but for what no listing tells."""
    taken: list[dict[str, Any]] = []

    def take(self: EventSourceMapping) -> None:
        url = deployment.output("QueueUrl")
        sqs = boto3.client("sqs")
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            taken.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    monkeypatch.setattr("tests.unit.operations.conftest.EventSourceMapping.deliver", take)
    run("replay", FROM="2026-03-01", TO="2026-03-01")
    sent = extracted.keys("raw-data/ingest_date=2026-03-01/")
    for event, key in zip(taken, sent, strict=True):
        found = extracted.s3.head_object(Bucket=extracted.bucket, Key=key)
        assert event.pop("id")
        assert event.pop("replay-name").startswith("replay-")
        assert event == {
            "version": "0",
            "source": "aws.s3",
            "detail-type": "Object Created",
            "account": "123456789012",
            "region": "us-east-1",
            "time": f"{found['LastModified']:%Y-%m-%dT%H:%M:%SZ}",
            "resources": [f"arn:aws:s3:::{extracted.bucket}"],
            "detail": {
                "version": "0",
                "bucket": {"name": extracted.bucket},
                "object": {
                    "key": key,
                    "size": found["ContentLength"],
                    "etag": found["ETag"].strip('"'),
                },
                "reason": "PutObject",
            },
        }


def test_keys_that_are_no_raw_parts_are_skipped_and_named(
    extracted: Aws, deployment: WorkingDeployment, run: Run
) -> None:
    stray = "raw-data/ingest_date=2026-03-01/notes.txt"
    extracted.s3.put_object(Bucket=extracted.bucket, Key=stray, Body=b"")
    done = run("replay", FROM="2026-03-01", TO="2026-03-01")
    assert "1 skipped, not raw parts" in done.stdout
    assert stray in done.stdout
    assert done.exit_code == 0


def test_an_empty_range_is_an_error_naming_days_with_data(extracted: Aws, run: Run) -> None:
    done = run("replay", FROM="2026-03-03", TO="2026-03-03")
    assert isinstance(done.exception, ValueError)
    assert "has no raw data from FROM=2026-03-03 to TO=2026-03-03" in str(done.exception)
    assert "Days with raw data: 2026-03-01 to 2026-03-02, 2026-03-04" in str(done.exception)


def test_an_unreadable_part_is_named_and_redriven(
    extracted: Aws, transformed: dict[str, bytes], deployment: WorkingDeployment, run: Run
) -> None:
    bad = next(key for key in extracted.raw_keys() if "=2026-03-02/" in key)
    whole = truncate(extracted, bad)

    replayed = run("replay", FROM="2026-03-01", TO="2026-03-04")
    assert "✗ 5 of 6 raw parts done, 1 in the dead-letter queue:" in replayed.stdout
    assert bad in replayed.stdout
    assert "0 before, 1 now" in replayed.stdout
    assert "make redrive ENV=local" in replayed.stdout
    assert replayed.exit_code == 1
    name = Part.from_raw_key(bad).file_name
    assert extracted.transformed() == {
        key: body for key, body in transformed.items() if not key.endswith(name)
    }

    in_vain = run("redrive")
    assert "✗ 0 of 1 dead letter done, 1 in the dead-letter queue:" in in_vain.stdout
    assert in_vain.exit_code == 1

    extracted.s3.put_object(Bucket=extracted.bucket, Key=bad, Body=whole)
    redriven = run("redrive")
    assert "✓ 1 of 1 dead letter done, none in the dead-letter queue" in redriven.stdout
    assert redriven.exit_code == 0
    assert extracted.transformed() == transformed


def test_earlier_dead_letters_do_not_fail_a_replay(
    extracted: Aws, deployment: WorkingDeployment, run: Run
) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=deployment.output("DeadLetterQueueUrl"), MessageBody="{}"
    )
    done = run("replay", FROM="2026-03-01", TO="2026-03-01")
    assert "✓ 2 of 2 raw parts done" in done.stdout
    assert "In the dead-letter queue: 1 before, 1 now" in done.stdout
    assert done.exit_code == 0


@pytest.mark.parametrize(
    "body",
    ['{"detail": {"object": {"key": 7}}}', '{"detail": {"object": {"key": {}}}}', "[" * 100_000],
    ids=["numeric key", "key that is an object", "nested too deep"],
)
def test_unreadable_dead_letters_stop_no_command(
    extracted: Aws, deployment: WorkingDeployment, run: Run, body: str
) -> None:
    for dead in (body, json.dumps({"detail": {"object": {"key": "readable"}}})):
        boto3.client("sqs").send_message(
            QueueUrl=deployment.output("DeadLetterQueueUrl"), MessageBody=dead
        )
    replayed = run("replay", FROM="2026-03-01", TO="2026-03-01")
    assert "In the dead-letter queue: 2 before, 2 now" in replayed.stdout
    assert replayed.exit_code == 0
    redriven = run("redrive")
    assert "✗ 0 of 2 dead letters done, 2 in the dead-letter queue:" in redriven.stdout
    assert body[:30] in redriven.stdout
    assert redriven.exit_code == 1


def test_an_empty_dead_letter_queue_is_nothing_to_redrive(run: Run) -> None:
    done = run("redrive")
    assert "The dead-letter queue is empty" in done.stdout
    assert done.exit_code == 0


def test_ctrl_c_ends_the_waiting_and_not_the_work(
    extracted: Aws,
    transformed: dict[str, bytes],
    deployment: WorkingDeployment,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Queue, "until_empty", interrupted)
    done = run("replay", FROM="2026-03-01", TO="2026-03-04")
    assert "Still being processed: 6 raw parts" in done.stdout
    assert done.exit_code == 130
    deployment.client("sqs").deliver()
    assert extracted.transformed() == transformed


def test_parts_that_sqs_refuses_fail_the_replay_and_are_named(
    extracted: Aws, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(self: Queue, messages: Iterable[Message]) -> Iterator[Sent]:
        yield from ((key, "InternalError" if "/0001." in key else None) for key, _ in messages)

    monkeypatch.setattr(Queue, "send", send)
    done = run("replay", FROM="2026-03-01", TO="2026-03-01")
    assert "1 not sent" in done.stdout
    assert "0001.jsonl.gz (InternalError)" in done.stdout
    assert done.exit_code == 1


def test_an_interrupted_replay_states_the_number_of_sent_parts(
    extracted: Aws, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(self: Queue, messages: Iterable[Message]) -> Iterator[Sent]:
        yield next(iter(messages))[0], None
        raise ClientError({"Error": {"Code": "Throttled", "Message": "slower"}}, "SendMessageBatch")

    monkeypatch.setattr(Queue, "send", send)
    done = run("replay", FROM="2026-03-01", TO="2026-03-01")
    assert "slower. 1 raw parts were already sent" in str(done.exception)
