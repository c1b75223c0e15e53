"""Stores raw parts, lets them queue up, and times their transformation."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.raw_parts import ENTRIES, raw_part
from local.machine import Machine
from operations.athena.query import run_query
from operations.deployment import Deployment
from operations.queues import Queue
from spotify_pipeline.keys import TRANSFORMED_PREFIX, Part
from spotify_pipeline.s3 import list_keys

_STEP_SECONDS = 0.05


@dataclass(frozen=True)
class Measurement:
    parts: int
    seconds: float
    files: int

    @property
    def rate(self) -> float:
        return self.parts / self.seconds

    def __str__(self) -> str:
        return f"{self.parts:>10,} {self.seconds:>9.1f} {self.rate:>9.1f} {self.files:>9,}"


def measure(here: Machine, day: str, number: int) -> Measurement:
    """Store `number` parts of a day and time their transformation.

    Raises AssertionError if a part is lost, duplicated or in the dead-letter queue.
    """
    deployment = here.deployment
    run_id = f"{day.replace('-', '')}T060000Z-bench-0"
    parts = [Part(day, run_id, f"{n:04}") for n in range(number)]
    queue = Queue(deployment.client("sqs"), deployment.output("QueueUrl"))
    with _mapping_disabled(deployment):
        _store(deployment, parts)
        while queue.counts().waiting < number:
            time.sleep(_STEP_SECONDS)
    began = ended = time.monotonic()
    for counts in queue.until_empty(deployment.settling_seconds):
        if counts.waiting == number:
            began = time.monotonic()
        if counts.total:
            ended = time.monotonic()
    return Measurement(number, ended - began, _check(here, day, parts))


def _store(deployment: Deployment, parts: list[Part]) -> None:
    s3, bucket = deployment.client("s3"), deployment.output("BucketName")

    def put(part: Part) -> None:
        body = raw_part(part.run_id, int(part.name))
        s3.put_object(Bucket=bucket, Key=part.raw_key, Body=body)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, parts))


@contextmanager
def _mapping_disabled(deployment: Deployment) -> Iterator[None]:
    """Disable the event source mapping, so that messages stay in the queue."""
    functions = deployment.client("lambda")
    [mapping] = functions.list_event_source_mappings(
        FunctionName=deployment.output("TransformFunctionName")
    )["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    yield
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def _check(here: Machine, day: str, parts: list[Part]) -> int:
    """Count the Parquet files. Raises AssertionError unless each part is complete, once."""
    dead = Queue(here.deployment.client("sqs"), here.deployment.output("DeadLetterQueueUrl"))
    assert dead.counts().total == 0, "dead letters"
    bucket = here.deployment.output("BucketName")
    keys = list_keys(here.deployment.client("s3"), bucket, TRANSFORMED_PREFIX)
    files = [Path(key) for key in keys if f"/ingest_date={day}/" in key]
    copies = Counter((file.parts[1], file.name) for file in files)
    assert set(copies.values()) == {1}, "more than one file per table and part"
    assert {file.name for file in files} == {part.file_name for part in parts}, (
        "parts not transformed"
    )
    count = f"select count(*) from playlist_items where ingest_date = '{day}'"  # noqa: S608 - our own
    [[stored]] = run_query(here.deployment, count).rows
    assert int(stored or 0) == ENTRIES * len(parts), "entries lost"
    return len(files)
