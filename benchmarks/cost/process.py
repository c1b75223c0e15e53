"""One day in this process: a run, then the transform of its raw parts, with all AWS requests.

The last line of output is the result as JSON; the lines before it are the functions' logs.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import boto3
from botocore.endpoint import Endpoint

from benchmarks.one_run import Context
from spotify_pipeline.extract.handler import handler as extract
from spotify_pipeline.transform.handler import handler as transform

_BATCH = 5
_SEND = Endpoint.make_request


class Meter:
    """Counts requests of AWS clients by service and operation."""

    def __init__(self) -> None:
        self._requests: Counter[str] = Counter()

    def count(self, operation: Any) -> None:
        self._requests[f"{operation.service_model.service_name}.{operation.name}"] += 1

    @contextmanager
    def measured(self) -> Iterator[dict[str, Any]]:
        """Measures the block; the dictionary has `requests` and `seconds` at its end."""
        result: dict[str, Any] = {}
        self._requests.clear()
        began = time.monotonic()
        yield result
        result |= {"requests": dict(self._requests), "seconds": time.monotonic() - began}


def main() -> None:
    meter = Meter()

    def send(endpoint: Endpoint, operation: Any, request: Any) -> Any:
        meter.count(operation)
        return _SEND(endpoint, operation, request)

    cast(Any, Endpoint).make_request = send
    print(json.dumps(_day(meter, json.loads(sys.argv[1]))))


def _day(meter: Meter, event: dict[str, Any]) -> dict[str, Any]:
    s3, bucket = cast(Any, boto3).client("s3"), os.environ["BUCKET"]
    partition = f"ingest_date={event['time'][:10]}/"
    with meter.measured() as extracting:
        summary = extract(event, cast(Any, Context()))
    written = _sizes(s3, bucket, f"raw-data/{partition}")
    batches = _batches([_record(bucket, key) for key in written])
    with meter.measured() as transforming:
        for batch in batches:
            if transform({"Records": batch}, None)["batchItemFailures"]:
                raise RuntimeError("A raw part was not transformed")
    files = _sizes(s3, bucket, "transformed-data/")
    parquet = [size for key, size in files.items() if partition in key]
    return {
        "calls": summary["api_calls"],
        "entries": summary["entries"],
        "extract": extracting | {"invocations": 1},
        "transform": transforming | {"invocations": len(batches)},
        "raw_objects": len(written),
        "raw_bytes": sum(written.values()),
        "parquet_objects": len(parquet),
        "parquet_bytes": sum(parquet),
    }


def _sizes(s3: Any, bucket: str, prefix: str) -> dict[str, int]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {one["Key"]: one["Size"] for page in pages for one in page.get("Contents", [])}


def _batches(records: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [records[start : start + _BATCH] for start in range(0, len(records), _BATCH)]


def _record(bucket: str, key: str) -> dict[str, Any]:
    detail = {"bucket": {"name": bucket}, "object": {"key": key}}
    body = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    return {"messageId": key, "eventSource": "aws:sqs", "body": json.dumps(body)}


if __name__ == "__main__":
    main()
