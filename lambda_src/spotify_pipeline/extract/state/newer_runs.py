"""Finds the run that replaces an unfinished one: a newer run of the same schedule."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from spotify_pipeline.extract.event import MANUAL
from spotify_pipeline.keys import (
    PLANS_PREFIX,
    RAW_PREFIX,
    Part,
    is_run_id,
    plan_key,
    planned_run,
    run_schedule,
    run_time,
)
from spotify_pipeline.s3 import list_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from spotify_pipeline.extract.event import RunRequest


def newer_run(s3: S3Client, bucket: str, request: RunRequest) -> str | None:
    """The id of a newer run of the request's schedule; None if there is none.

    Nothing replaces a full refresh, since a newer run would leave out unchanged playlists.
    """
    if request.refresh == "full":
        return None
    run_ids = chain(_planned(s3, bucket, request), _recorded(s3, bucket, request))
    return next((one for one in run_ids if _replaces(one, request)), None)


def _planned(s3: S3Client, bucket: str, request: RunRequest) -> Iterator[str]:
    """Later runs of all schedules that have a plan."""
    for key in list_keys(s3, bucket, PLANS_PREFIX, after=plan_key(request.run_id)):
        if run_id := planned_run(key):
            yield run_id


def _recorded(s3: S3Client, bucket: str, request: RunRequest) -> Iterator[str]:
    """Later runs of all schedules that have a raw part or an ended attempt."""
    own = Part(request.ingest_date, request.run_id, "run-1").raw_key
    for part in Part.from_raw_keys(list_keys(s3, bucket, RAW_PREFIX, after=own)):
        if is_run_id(part.run_id):
            yield part.run_id


def _replaces(run_id: str, request: RunRequest) -> bool:
    """True for a later run of the schedule; manual runs must have the same sources."""
    if run_schedule(run_id) != request.schedule or run_time(run_id) <= request.time:
        return False
    return request.schedule != MANUAL or run_id == request.at(run_time(run_id)).run_id
