"""The transform function: handles a batch of "Object Created" events, and returns failed ones."""

import os
from typing import Any

import boto3
import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from spotify_pipeline.keys import ForeignKeyError
from spotify_pipeline.log_levels import silence_secret_loggers
from spotify_pipeline.memory import used_percent
from spotify_pipeline.transform.conversion import Totals
from spotify_pipeline.transform.part import transform_part

logger = Logger()

_FEWEST_ROWS = 100
"""The share of rejected rows says nothing about a batch with fewer rows."""


class _Named(msgspec.Struct):
    name: str


class _Object(msgspec.Struct):
    key: str


class _Detail(msgspec.Struct):
    bucket: _Named
    object: _Object


class _ObjectCreated(msgspec.Struct):
    """The EventBridge event; its key is not URL-encoded, unlike that of an S3 notification."""

    detail: _Detail


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    silence_secret_loggers()
    s3 = boto3.client("s3")
    bucket = os.environ["BUCKET"]
    transformed: list[Totals] = []

    def record_handler(record: SQSRecord) -> None:
        created = msgspec.json.decode(record.body, type=_ObjectCreated).detail
        if created.bucket.name != bucket:
            raise ValueError(f"an event of bucket {created.bucket.name!r}, not of {bucket!r}")
        raw_key = created.object.key
        try:
            totals = transform_part(s3, bucket, raw_key)
        except ForeignKeyError:
            logger.info("not a raw part: ignored", extra={"raw_key": raw_key})
            return
        except Exception:
            # The batch processor does not log the reason of a failed record.
            logger.exception("part not transformed", extra={"raw_key": raw_key})
            raise
        transformed.append(totals)
        logger.info("part transformed", extra={"raw_key": raw_key, **msgspec.to_builtins(totals)})

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    response = process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
    _emit_metrics(transformed)
    return dict(response)


def _emit_metrics(transformed: list[Totals]) -> None:
    """Emit the metrics of a batch, under the environment's namespace and service."""
    metrics = EphemeralMetrics()
    for name, values in {
        "EntriesReceived": [totals.received for totals in transformed],
        "RowsStored": [totals.rows_stored for totals in transformed],
        "RowsRejected": [totals.rows_rejected for totals in transformed],
        "FieldsMissing": [len(totals.missing) for totals in transformed],
        "FieldsLost": [len(totals.lost) for totals in transformed],
    }.items():
        metrics.add_metric(name, MetricUnit.Count, sum(values))
    if (rejected := _rejected_percent(transformed)) is not None:
        metrics.add_metric("RowsRejectedShare", MetricUnit.Percent, rejected)
    if (memory := used_percent()) is not None:
        metrics.add_metric("MemoryUsed", MetricUnit.Percent, memory)
    metrics.flush_metrics()


def _rejected_percent(transformed: list[Totals]) -> float | None:
    rejected = sum(totals.rows_rejected for totals in transformed)
    rows = rejected + sum(totals.rows_stored for totals in transformed)
    return round(100 * rejected / rows, 1) if rows >= _FEWEST_ROWS else None
