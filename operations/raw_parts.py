"""Lists raw parts by day, with at most one page of a listing in memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from operations.days import spans
from spotify_pipeline.keys import RAW_PREFIX

_DAY_PREFIX = f"{RAW_PREFIX}ingest_date="
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class RawObject:
    """An object below `raw-data/`, as S3 lists it."""

    key: str
    size: int
    etag: str
    last_modified: datetime


def days_with_raw_data(s3: Any, bucket: str, first: date, last: date) -> list[date]:
    """Days with raw data in the range. Raises ValueError, naming the existing days, if none."""
    days = days_in(s3, bucket)
    found = [day for day in days if first <= day <= last]
    if not found:
        existing = f"Days with raw data: {spans(days)}" if days else "Nothing was extracted yet"
        raise ValueError(f"{bucket} has no raw data from FROM={first} to TO={last}. {existing}")
    return found


def raw_objects(s3: Any, bucket: str, day: date) -> Iterator[RawObject]:
    """List the objects below the day's prefix."""
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=f"{_DAY_PREFIX}{day}/"
    )
    for page in pages:
        for item in page.get("Contents", []):
            etag = item["ETag"].strip('"')
            yield RawObject(item["Key"], item["Size"], etag, item["LastModified"])


def days_in(s3: Any, bucket: str) -> list[date]:
    """Days with raw data, in order."""
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=_DAY_PREFIX, Delimiter="/"
    )
    folders = [
        folder["Prefix"].removeprefix(_DAY_PREFIX).rstrip("/")
        for page in pages
        for folder in page.get("CommonPrefixes", [])
    ]
    return [day for folder in folders if (day := _day(folder))]


def _day(folder: str) -> date | None:
    """The day that a folder is named after; None for a folder of another name."""
    try:
        return date.fromisoformat(folder) if _DAY.fullmatch(folder) else None
    except ValueError:
        return None
