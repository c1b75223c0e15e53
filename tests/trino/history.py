"""A long history: copies of the transformed days, shifted so that the last one is a given day."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

import polars as pl

from operations.deployment import Deployment
from spotify_pipeline.keys import TRANSFORMED_PREFIX, Part, TableFile, run_time, table_file
from spotify_pipeline.s3 import list_keys
from spotify_pipeline.transform.frames import parquet

_THREADS = 4


@dataclass(frozen=True)
class Days:
    """The first and the last of consecutive days."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


class History:
    """The deployment's transformed days, taken out of the bucket."""

    def __init__(self, deployment: Deployment) -> None:
        self._s3 = deployment.client("s3")
        self._bucket = deployment.output("BucketName")
        self._files = {
            file: pl.read_parquet(BytesIO(self._read(key)))
            for key in list_keys(self._s3, self._bucket, TRANSFORMED_PREFIX)
            if (file := table_file(key))
        }
        self._written: set[str] = set()

    @property
    def days(self) -> Days:
        found = [_day(file) for file in self._files]
        return Days(min(found), max(found))

    def remove_originals(self) -> None:
        for file in self._files:
            key = file.part.table_key(file.table)
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def extend(self, days: Days) -> int:
        """Let the bucket hold the given days; returns the number of all files written so far.

        The last is a copy of the last transformed day, and the copies follow each other without
        gaps. What an earlier call has written stays.
        """
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(self._write, *zip(*self._missing(days), strict=True)))
        return len(self._written)

    def _missing(self, days: Days) -> Iterator[tuple[TableFile, int, int]]:
        """Each file to write: its original, the days to shift it by, and the copy's number."""
        recorded = self.days
        for copy in range(-(-days.count // recorded.count)):
            shift = (days.last - recorded.last).days - copy * recorded.count
            for file in self._files:
                if _day(file) + timedelta(shift) >= days.first:
                    yield file, shift, copy

    def _write(self, file: TableFile, shift: int, copy: int) -> None:
        part = shifted_part(file.part, shift)
        key = part.table_key(file.table)
        if key not in self._written:
            rows = shifted(self._files[file], file.part, shift, copy)
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=parquet(rows))
            self._written.add(key)

    def _read(self, key: str) -> bytes:
        body: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return body


def shifted_part(part: Part, days: int) -> Part:
    """The part, had its run been that many days later."""
    time = run_time(part.run_id) + timedelta(days)
    day = date.fromisoformat(part.ingest_date) + timedelta(days)
    _, _, rest = part.run_id.partition("-")
    return Part(day.isoformat(), f"{time:%Y%m%dT%H%M%SZ}-{rest}", part.name)


def shifted(rows: pl.DataFrame, part: Part, days: int, copy: int) -> pl.DataFrame:
    """A file's rows, had its run been that many days later.

    All times move; release dates stay. The snapshots of each copy but the first, 0, are its own,
    so that no snapshot is in two of them.
    """
    later = shifted_part(part, days)
    changes = {
        "run_id": pl.lit(later.run_id),
        "raw_key": pl.lit(later.raw_key),
        "snapshot_id": pl.col("snapshot_id") + (f"-{copy}" if copy else ""),
    }
    known = [change.alias(name) for name, change in changes.items() if name in rows.columns]
    times = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    return rows.with_columns(*known, pl.col(times) + pl.duration(days=days))


def _day(file: TableFile) -> date:
    return date.fromisoformat(file.part.ingest_date)
