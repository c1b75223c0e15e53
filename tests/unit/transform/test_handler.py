"""The transform handler against a bucket in memory."""

import gzip
import json
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest

from fake_spotify.worlds.world import ME, World
from spotify_pipeline.extract.handler import handler as extract
from spotify_pipeline.keys import Part
from spotify_pipeline.transform import reader
from spotify_pipeline.transform.conversion import LostEntriesError
from spotify_pipeline.transform.handler import handler
from spotify_pipeline.transform.part import transform_part
from tests.conftest import CONTEXT, Aws

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

EVENT = {"time": "2026-03-01T06:00:00Z", "sources": {"my_playlists": True}}


def delivered(*keys: str, bucket: str = "pipeline") -> dict[str, Any]:
    """The SQS event that brings these raw keys."""
    return {
        "Records": [
            {
                "messageId": f"message-{n}",
                "eventSource": "aws:sqs",
                "body": json.dumps(
                    {
                        "source": "aws.s3",
                        "detail-type": "Object Created",
                        "detail": {"bucket": {"name": bucket}, "object": {"key": key, "size": 1}},
                    }
                ),
            }
            for n, key in enumerate(keys)
        ]
    }


@pytest.fixture
def entries(world: World) -> int:
    """Playlist entries that a run of the first day receives."""
    return sum(len(p.entries) for p in world.library(world.days[0]) if p.owner == ME)


@pytest.fixture
def raw_keys(deployed: Aws) -> list[str]:
    extract(EVENT, CONTEXT)
    return deployed.raw_keys()


def rows(aws: Aws, table: str) -> pl.DataFrame:
    files = [body for key, body in aws.transformed().items() if f"/{table}/" in key]
    return pl.concat([pl.read_parquet(file) for file in files])


def test_each_raw_part_becomes_at_most_one_file_a_table(deployed: Aws, raw_keys: list[str]) -> None:
    assert handler(delivered(*raw_keys), None) == {"batchItemFailures": []}
    names = {Part.from_raw_key(key).name for key in raw_keys}
    assert names == {"0000", "run-1"}
    run = Part.from_raw_key(raw_keys[0]).run_id
    folders = {key.split("/")[1] for key in deployed.transformed()}
    assert {key.rsplit("/", 1)[1] for key in deployed.transformed()} == {
        f"{run}-0000.parquet",
        f"{run}-run-1.parquet",
    }
    assert len(folders) == len(deployed.transformed())
    assert rows(deployed, "runs")["entries"].item() == len(rows(deployed, "playlist_items"))


def test_the_partition_is_the_day_of_the_raw_key(deployed: Aws, raw_keys: list[str]) -> None:
    handler(delivered(*raw_keys), None)
    assert all("/ingest_date=2026-03-01/" in key for key in deployed.transformed())


def test_a_second_delivery_leaves_the_same_files(deployed: Aws, raw_keys: list[str]) -> None:
    handler(delivered(*raw_keys), None)
    before = deployed.transformed()
    handler(delivered(*reversed(raw_keys), *raw_keys), None)
    assert deployed.transformed() == before


def test_files_that_a_part_no_longer_yields_are_deleted(deployed: Aws, raw_keys: list[str]) -> None:
    handler(delivered(*raw_keys), None)
    [items] = [key for key in raw_keys if key.endswith("/0000.jsonl.gz")]
    episodes = Part.from_raw_key(items).table_key("episodes")
    assert episodes in deployed.transformed()
    kept = [
        line
        for line in gzip.decompress(deployed.read(items)).splitlines()
        if b"episode:" not in line
    ]
    deployed.s3.put_object(Bucket="pipeline", Key=items, Body=gzip.compress(b"\n".join(kept)))
    handler(delivered(items), None)
    assert episodes not in deployed.transformed()


def test_playlists_are_written_last(deployed: Aws, raw_keys: list[str]) -> None:
    written: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> object:
            return getattr(deployed.s3, name)

        def put_object(self, **arguments: Any) -> object:
            written.append(arguments["Key"].split("/")[1])
            return deployed.s3.put_object(**arguments)

    transform_part(cast("S3Client", Watched()), "pipeline", raw_keys[0])
    assert written[-1] == "playlists"
    assert "playlist_items" in written


@pytest.mark.parametrize(
    "body",
    [
        b"not gzip",
        gzip.compress(b'{"kind": "playlist"}\n' * 99)[:-9],
        b"",
        gzip.compress(b""),
        gzip.compress(b"not\nJSON"),
    ],
    ids=["not gzip", "truncated", "empty", "no line", "not JSON"],
)
def test_an_unreadable_part_fails_alone(
    deployed: Aws,
    raw_keys: list[str],
    body: bytes,
    entries: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    [good] = [key for key in raw_keys if key.endswith("/0000.jsonl.gz")]
    bad = Part.from_raw_key(good)._replace(name="0001").raw_key
    deployed.s3.put_object(Bucket="pipeline", Key=bad, Body=body)
    response = handler(delivered(bad, good), None)
    assert response == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert len(rows(deployed, "playlist_items")) == entries
    assert not [key for key in deployed.transformed() if "-0001." in key]
    [logged_part] = [vars(record) for record in caplog.records if record.levelname == "ERROR"]
    assert (logged_part["msg"], logged_part["raw_key"]) == ("part not transformed", bad)


@pytest.mark.parametrize(
    "event",
    [
        delivered("raw-data/ingest_date=2026-03-01/run/0009.jsonl.gz"),
        delivered("raw-data/ingest_date=2026-03-01/run/0000.jsonl.gz", bucket="another"),
    ],
    ids=["missing", "another bucket"],
)
def test_an_event_that_cannot_be_processed_is_a_batch_failure(
    deployed: Aws, event: dict[str, object]
) -> None:
    response = handler(event, None)
    assert response == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert not deployed.transformed()


@pytest.mark.parametrize(
    "key", ["raw-data/", "raw-data/ingest_date=2026-03-01/", "raw-data/notes.txt"]
)
def test_a_foreign_object_is_ignored_unread(
    deployed: Aws, raw_keys: list[str], key: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as a folder made in the S3 console: a dead letter would raise an alarm."""
    caplog.clear()
    assert handler(delivered(key), None) == {"batchItemFailures": []}
    assert handler(delivered(raw_keys[0], key), None) == {"batchItemFailures": []}
    logged = [vars(record) for record in caplog.records if record.getMessage().startswith("not a")]
    assert [(one["msg"], one["raw_key"]) for one in logged] == [
        ("not a raw part: ignored", key)
    ] * 2
    assert "rejected" not in {key.split("/")[1] for key in deployed.transformed()}


def test_the_counts_of_each_part_are_logged(
    deployed: Aws, raw_keys: list[str], caplog: pytest.LogCaptureFixture, entries: int
) -> None:
    handler(delivered(*raw_keys), None)
    logged = [vars(record) for record in caplog.records]
    logged_part = {line["raw_key"]: line for line in logged if line["msg"] == "part transformed"}
    assert set(logged_part) == set(raw_keys)
    part = logged_part[raw_keys[0]]
    assert (part["received"], part["stored"], part["rejected"]) == (entries, entries, 0)


def test_entries_that_do_not_add_up_are_never_written(
    deployed: Aws, raw_keys: list[str], monkeypatch: pytest.MonkeyPatch, entries: int
) -> None:
    """A fault of the program that drops a row must not pass for success."""
    monkeypatch.setattr(reader, "entry_batches", lambda *_: [])
    with pytest.raises(LostEntriesError, match=f"received={entries}, stored=0, rejected=0"):
        transform_part(deployed.s3, "pipeline", raw_keys[0])
    assert not deployed.transformed()


def test_a_batch_emits_its_metrics(
    deployed: Aws, raw_keys: list[str], capsys: pytest.CaptureFixture[str], entries: int
) -> None:
    """In CloudWatch's embedded format, under the environment's namespace."""
    [part] = [key for key in raw_keys if key.endswith("/0000.jsonl.gz")]
    lines = gzip.decompress(deployed.read(part)).replace(b'"explicit":', b'"is_explicit":')
    lines = lines.replace(b'"track_number":1,', b'"track_number":"one",', 1)
    deployed.s3.put_object(Bucket="pipeline", Key=part, Body=gzip.compress(lines))
    handler(delivered(*raw_keys), None)
    [said] = [line for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    logged_part = json.loads(said)
    [declared] = logged_part["_aws"]["CloudWatchMetrics"]
    assert declared["Namespace"] == "spotify-test"
    assert logged_part["service"] == "test"
    tables = {key.split("/")[1] for key in deployed.transformed()} - {"rejected"}
    assert logged_part["EntriesReceived"] == [entries]
    assert logged_part["RowsRejected"] == [1]
    assert logged_part["RowsStored"] == [sum(len(rows(deployed, table)) for table in tables)]
    assert logged_part["FieldsMissing"] == [2]
    assert logged_part["FieldsLost"] == [1]
    assert logged_part["RowsRejectedShare"] == [0.1]


def test_missing_fields_are_named_in_the_log(
    deployed: Aws, raw_keys: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    lines = gzip.decompress(deployed.read(raw_keys[0])).replace(b'"name":', b'"title":')
    deployed.s3.put_object(Bucket="pipeline", Key=raw_keys[0], Body=gzip.compress(lines))
    handler(delivered(raw_keys[0]), None)
    [logged_part] = [vars(r)["missing"] for r in caplog.records if r.msg == "part transformed"]
    tables = {"tracks", "albums", "artists", "episodes", "playlists"}
    assert set(logged_part) == {f"{table}.name" for table in tables} | {"episodes.show_name"}


def test_a_batch_that_failed_completely_emits_metrics(
    deployed: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    handler(delivered("raw-data/ingest_date=2026-03-01/run/0009.jsonl.gz"), None)
    emitted = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert emitted["EntriesReceived"] == [0]
    assert "RowsRejectedShare" not in emitted
