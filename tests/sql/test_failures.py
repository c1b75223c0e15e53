"""The views after a transform fails at any of its S3 calls, or overlaps with another."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from spotify_pipeline.extract.handler import handler as extract
from spotify_pipeline.tables import TABLES
from spotify_pipeline.transform.part import transform_part
from tests.conftest import CONTEXT, Aws
from tests.sql.conftest import Database

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

DAY = "2026-03-01"
EVENT = {"time": f"{DAY}T06:00:00Z", "sources": {"my_playlists": True}}
CALLS = 1 + len(TABLES)
"""One reads the part; one for each table writes or deletes its file."""


class FaultError(Exception):
    pass


def fail() -> None:
    raise FaultError


class Disturbed:
    """S3 that runs `action` before or after one of its calls."""

    def __init__(self, s3: S3Client, call: int, moment: str, action: Callable[[], object]) -> None:
        self._s3 = s3
        self._at = call
        self._moment = moment
        self._action = action
        self.calls = 0

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(**arguments: object) -> object:
            self.calls += 1
            is_selected = self.calls == self._at
            if is_selected and self._moment == "before":
                self._action()
            response = getattr(self._s3, name)(**arguments)
            if is_selected and self._moment == "after":
                self._action()
            return response

        return call


class Bench:
    """A raw part in a bucket, and the views over its Parquet files."""

    def __init__(self, aws: Aws, folder: Path) -> None:
        extract(EVENT, CONTEXT)
        self.aws = aws
        self._folder = folder
        [self.key] = [key for key in aws.raw_keys() if key.endswith("/0000.jsonl.gz")]
        [self._run] = [key for key in aws.raw_keys() if key.endswith("/run-1.jsonl.gz")]
        transform_part(aws.s3, "pipeline", self._run)

    def transform(self) -> int:
        """Transform the part; return the number of calls to S3."""
        return self.transform_disturbed(0, "before", fail)

    def transform_disturbed(self, call: int, moment: str, action: Callable[[], object]) -> int:
        s3 = Disturbed(self.aws.s3, call, moment, action)
        transform_part(cast("S3Client", s3), "pipeline", self.key)
        return s3.calls

    def fails(self, call: int, moment: str) -> None:
        with pytest.raises(FaultError):
            self.transform_disturbed(call, moment, fail)

    def delete_tables(self) -> None:
        for key in self.aws.transformed():
            if "-run-" not in key:
                self.aws.s3.delete_object(Bucket="pipeline", Key=key)

    def change_part(self) -> None:
        """Rewrite the part without episodes and with invalid entries, as a code change might."""
        body = gzip.decompress(self.aws.read(self.key))
        lines = [
            line.replace(b'"items":[', b'"items":[{},', 1) if b'"offset":50' in line else line
            for line in body.splitlines()
            if b"episode:" not in line
        ]
        self.aws.s3.put_object(
            Bucket="pipeline", Key=self.key, Body=gzip.compress(b"\n".join(lines))
        )

    def shown(self) -> dict[str, Counter[tuple[str, str]]]:
        """Number of entries of each snapshot, by view."""
        database = Database()
        for key, body in self.aws.transformed().items():
            table = key.split("/")[1]
            file = self._folder / "file.parquet"
            file.write_bytes(body)
            database.load(table, file, DAY)
        return {
            view: Counter(database.columns(view, "playlist_id", "snapshot_id"))
            for view in ("snapshot_items", "playlist_items_current")
        }


@pytest.fixture
def bench(deployed: Aws, tmp_path: Path) -> Bench:
    return Bench(deployed, tmp_path)


def assert_whole(
    shown: dict[str, Counter[tuple[str, str]]], *states: dict[str, Counter[tuple[str, str]]]
) -> None:
    """Assert that each snapshot has the entries of one of the states, or none."""
    for view, snapshots in shown.items():
        for snapshot, entries in snapshots.items():
            assert entries in {state[view][snapshot] for state in states}, (view, snapshot)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_views_never_show_part_of_a_walk_after_a_failure(bench: Bench, moment: str) -> None:
    assert bench.transform() == CALLS
    whole, shown = bench.aws.transformed(), bench.shown()
    assert sum(shown["playlist_items_current"].values()) > 400
    for call in range(1, CALLS + 1):
        bench.delete_tables()
        bench.fails(call, moment)
        assert_whole(bench.shown(), shown)
        bench.transform()
        assert bench.aws.transformed() == whole


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_failed_second_transform_leaves_old_or_new_walks(bench: Bench, moment: str) -> None:
    bench.transform()
    before, shown_before = bench.aws.transformed(), bench.shown()
    bench.change_part()
    bench.transform()
    after, shown_after = bench.aws.transformed(), bench.shown()
    assert set(before) > set(after) - {key for key in after if "/rejected/" in key}
    assert shown_before != shown_after
    for call in range(1, CALLS + 1):
        bench.delete_tables()
        for key, body in before.items():
            bench.aws.s3.put_object(Bucket="pipeline", Key=key, Body=body)
        bench.fails(call, moment)
        assert_whole(bench.shown(), shown_before, shown_after)
        bench.transform()
        assert bench.aws.transformed() == after


def test_two_concurrent_deliveries_leave_the_same_rows(bench: Bench) -> None:
    """The second delivery runs completely between two calls of the first."""
    bench.transform()
    whole = bench.aws.transformed()
    for call in range(1, CALLS + 1):
        bench.delete_tables()
        bench.transform_disturbed(call, "after", bench.transform)
        assert bench.aws.transformed() == whole
