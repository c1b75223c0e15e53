"""Many raw parts waiting at once, on the emulator: does the time grow with their number alone?

The mapping from the queue to the transform function is switched off while the parts are stored,
so that all of them wait in the queue; what is timed begins when it is switched on, and ends when
the queue is seen empty. A few parts before that start the functions.
"""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.raw_parts import ENTRIES, raw_part
from local.athena import Athena
from local.machine import FOLDER, Machine, Spotify, machine
from operations.deployment import Deployment
from operations.queues import Queue
from spotify_pipeline.layout import TRANSFORMED_PREFIX, Part

RESULT = FOLDER / "bench" / "parts.txt"
_WARM_UP = 20
_STEP_SECONDS = 0.05


@dataclass(frozen=True)
class Measurement:
    parts: int
    seconds: float
    files: int

    @property
    def rate(self) -> float:
        return self.parts / self.seconds


def main(
    few: Annotated[int, typer.Option(min=1, help="Parts of the smaller measurement.")] = 150,
    many: Annotated[int, typer.Option(min=1, max=9999, help="Parts of the larger one.")] = 1500,
    port: Annotated[int, typer.Option(envvar="PORT", help="The emulator's port.")] = 4566,
) -> None:
    """Transform few parts, then many, and compare the time a part."""
    with machine(FOLDER / "bench" / "machine", port, Spotify(), _quiet) as (here, _):
        _measure(here, "2026-01-01", _WARM_UP)
        small = _measure(here, "2026-01-02", few)
        large = _measure(here, "2026-01-03", many)
        at_once = here.deployment.configuration.functions.transform.max_concurrency
    lines = [
        f"{'raw parts':>10} {'seconds':>9} {'parts/s':>9} {'files':>9}",
        *(f"{m.parts:>10,} {m.seconds:>9.1f} {m.rate:>9.1f} {m.files:>9,}" for m in (small, large)),
        f"{large.parts / small.parts:.1f} times the parts took "
        f"{large.seconds / small.seconds:.1f} times the time: "
        f"{small.rate / large.rate:.2f} times the time a part",
        f"{ENTRIES} entries a part, at most {at_once} invocations at once. Every part is done, "
        "with at most one file a table; nothing is left in the queue or its dead-letter queue.",
    ]
    RESULT.write_text("\n".join([*lines, ""]))
    print(*lines, sep="\n")


def _measure(here: Machine, day: str, count: int) -> Measurement:
    deployment = here.deployment
    parts = [Part(day, f"{day.replace('-', '')}T060000Z-bench-0", f"{n:04}") for n in range(count)]
    queue = Queue(deployment.client("sqs"), deployment.output("QueueUrl"))
    with _mapping_off(deployment):
        _store(deployment, parts)
        while queue.counts().waiting < count:
            time.sleep(_STEP_SECONDS)
    began = ended = time.monotonic()
    for counts in queue.until_empty(deployment.settling_seconds):
        if counts.total:
            ended = time.monotonic()
    return Measurement(count, ended - began, _check(here, day, parts))


def _store(deployment: Deployment, parts: list[Part]) -> None:
    s3, bucket = deployment.client("s3"), deployment.output("BucketName")

    def put(part: Part) -> None:
        body = raw_part(part.run_id, int(part.name))
        s3.put_object(Bucket=bucket, Key=part.raw_key, Body=body)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, parts))


@contextmanager
def _mapping_off(deployment: Deployment) -> Iterator[None]:
    """What comes into the queue waits there."""
    functions = deployment.client("lambda")
    [mapping] = functions.list_event_source_mappings(
        FunctionName=deployment.output("TransformFunctionName")
    )["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    yield
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def _check(here: Machine, day: str, parts: list[Part]) -> int:
    """The number of Parquet files; fails if a part is not done, or left more than it should."""
    dead = Queue(here.deployment.client("sqs"), here.deployment.output("DeadLetterQueueUrl"))
    assert dead.counts().total == 0, "dead letters"
    files = [Path(key) for key in _keys(here.deployment) if f"/ingest_date={day}/" in key]
    copies = Counter((file.parts[1], file.name) for file in files)
    assert set(copies.values()) == {1}, "more than one file of a table and part"
    assert {file.name for file in files} == {part.file_name for part in parts}, "parts not done"
    [[stored]] = (
        Athena(here.deployment)
        .run(
            f"select count(*) from playlist_items where ingest_date = '{day}'"  # noqa: S608 - our own
        )
        .rows
    )
    assert int(stored or 0) == ENTRIES * len(parts), "entries lost"
    return len(files)


def _keys(deployment: Deployment) -> Iterator[str]:
    pages = deployment.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=deployment.output("BucketName"), Prefix=TRANSFORMED_PREFIX):
        yield from (item["Key"] for item in page.get("Contents", []))


@contextmanager
def _quiet(_: str) -> Iterator[None]:
    yield


if __name__ == "__main__":
    typer.run(main)
