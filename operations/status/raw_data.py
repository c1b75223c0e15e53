"""The raw data of the last days, and the run records in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from operations.raw_parts import days_in, raw_objects
from spotify_pipeline.extract.state.run_records import is_run_record, read_run_record
from spotify_pipeline.keys import Part, run_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Executor

    from types_boto3_s3 import S3Client

    from operations.raw_parts import RawObject
    from spotify_pipeline.raw import RunRecord

DAYS = 7
"""Days with raw data whose parts are compared with the tables, the newest ones."""


@dataclass(frozen=True)
class RawData:
    """Objects below `raw-data/` by day; `days` in order."""

    objects: dict[date, list[RawObject]]

    @property
    def days(self) -> list[date]:
        return list(self.objects)

    @property
    def last_days(self) -> list[date]:
        return self.days[-DAYS:]

    def recent_parts(self) -> Iterator[tuple[Part, RawObject]]:
        """Raw parts of the last days, run records included; foreign objects are left out."""
        for day in self.last_days:
            found = {one.key: one for one in self.objects[day]}
            for part in Part.from_raw_keys(found):
                yield part, found[part.raw_key]

    def run_record_keys(self, first_days: Mapping[str, date]) -> list[str]:
        """Run records of the last days, and those of some schedules from their first day on."""
        recent = set(self.last_days)
        return [
            one.key
            for day, found in self.objects.items()
            for one in found
            if is_run_record(one.key)
            and (day in recent or day >= first_days.get(_schedule(one.key), date.max))
        ]


def read_raw_data(s3: S3Client, bucket: str, first: date, pool: Executor) -> RawData:
    """The days from `first` on, and at least the last ones with raw data, however old."""
    days = days_in(s3, bucket)
    chosen = sorted({*days[-DAYS:], *(day for day in days if day >= first)})
    listed = pool.map(lambda day: list(raw_objects(s3, bucket, day)), chosen)
    return RawData(dict(zip(chosen, listed, strict=True)))


def read_records(
    s3: S3Client, bucket: str, keys: list[str], pool: Executor
) -> tuple[list[RunRecord], list[str]]:
    """Run records, and the keys of those that are missing or damaged."""
    found = dict(zip(keys, pool.map(partial(read_run_record, s3, bucket), keys), strict=True))
    records = [record for record in found.values() if record]
    return records, [key for key, record in found.items() if record is None]


def _schedule(key: str) -> str:
    return run_schedule(key.split("/")[2])
