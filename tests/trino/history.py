"""A long history: the transformed days, and copies of them on the days before."""

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
from tests.trino.listening import EXPORT_DAYS, is_of_plays

_THREADS = 4


@dataclass(frozen=True)
class Days:
    """The first and the last of consecutive days."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class _Copy:
    """The copy with this number of a file, `shift` days later; the file itself is copy 0."""

    file: TableFile
    number: int
    shift: int

    @property
    def day(self) -> date:
        return _day(self.file) + timedelta(self.shift)

    @property
    def key(self) -> str:
        return shifted_part(self.file.part, self.shift).table_key(self.file.table)


class History:
    """The deployment's transformed days, which its copies repeat.

    Those of runs of plays repeat every `EXPORT_DAYS`: one such day holds the plays of so many.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._s3 = deployment.client("s3")
        self._bucket = deployment.output("BucketName")
        self._files = {
            file: pl.read_parquet(BytesIO(self._read(key)))
            for key in list_keys(self._s3, self._bucket, TRANSFORMED_PREFIX)
            if (file := table_file(key))
        }
        self._written = {file.part.table_key(file.table) for file in self._files}

    @property
    def days(self) -> Days:
        found = [_day(file) for file in self._files]
        return Days(min(found), max(found))

    def extend(self, count: int) -> Days:
        """Let the bucket hold that many days, which end with the last transformed one.

        The copies follow each other without gaps. What the bucket holds already stays.
        """
        days = Days(self.days.last - timedelta(count - 1), self.days.last)
        with ThreadPoolExecutor(_THREADS) as pool:
            for _ in pool.map(self._write, self._missing(days)):
                pass
        return days

    def _missing(self, days: Days) -> Iterator[_Copy]:
        recorded = self.days.count
        for file in self._files:
            every = EXPORT_DAYS if is_of_plays(file.part) else recorded
            for number in range(-(-days.count // every)):
                copy = _Copy(file, number, -every * number)
                if copy.day >= days.first and copy.key not in self._written:
                    yield copy

    def _write(self, copy: _Copy) -> None:
        rows = shifted(self._files[copy.file], copy.file.part, copy.shift, copy.number)
        self._s3.put_object(Bucket=self._bucket, Key=copy.key, Body=parquet(rows))
        self._written.add(copy.key)

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
