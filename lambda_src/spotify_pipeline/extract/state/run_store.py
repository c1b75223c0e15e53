"""Stores the objects of a run: its plans, checkpoints, raw parts and run record."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from spotify_pipeline.extract import plan as plans
from spotify_pipeline.extract.parts.fetching import PartProgress
from spotify_pipeline.extract.parts.writing import Counts
from spotify_pipeline.extract.spotify.library import LibraryProgress
from spotify_pipeline.extract.state.checkpoint import read_checkpoint, save_checkpoint
from spotify_pipeline.extract.state.tombstones import purged_playlists
from spotify_pipeline.keys import (
    Part,
    PlanOf,
    checkpoint_key,
    plan_key,
    planning_checkpoint_key,
)
from spotify_pipeline.s3 import create_object, read_metadata, read_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from spotify_pipeline.extract.parts.writing import PartBuilder
    from spotify_pipeline.extract.plan import Plan
    from spotify_pipeline.raw import Envelope


class RunStore:
    """The objects of one run. All but checkpoints are written once and never replaced.

    Nothing of a purged playlist is stored, or read from a plan or checkpoint.
    """

    def __init__(self, s3: S3Client, bucket: str, ingest_date: str, run_id: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._ingest_date = ingest_date
        self._run_id = run_id

    def purged(self) -> frozenset[str]:
        """The ids of all playlists purged by now."""
        return purged_playlists(self._s3, self._bucket)

    def plan(self, of: PlanOf) -> Plan | None:
        """The plan of a stage if an earlier attempt has stored it."""
        text = read_object(self._s3, self._bucket, plan_key(self._run_id, of))
        return None if text is None else plans.decode(text).without(self.purged())

    def save_plan(self, of: PlanOf, plan: Plan) -> Plan:
        """Store the plan, or return the one that another attempt has stored meanwhile."""
        key = plan_key(self._run_id, of)
        plan = plan.without(self.purged())
        body = plans.encode(plan)
        if create_object(self._s3, self._bucket, key, body, content_type="application/json"):
            return plan
        stored = self.plan(of)
        assert stored is not None, f"{key} was deleted during the run"
        return stored

    @contextmanager
    def planning(self) -> Iterator[LibraryProgress]:
        """The library's pages received so far. An error saves them for the next attempt."""
        key = planning_checkpoint_key(self._run_id)
        progress = read_checkpoint(self._s3, self._bucket, key, LibraryProgress)
        try:
            yield progress
        except Exception:
            self.save_planning(progress)
            raise

    def save_planning(self, progress: LibraryProgress) -> None:
        """Store a listing for the next attempt, unless it is empty. A stored plan supersedes it."""
        if progress.pages.reads or progress.faults:
            key = planning_checkpoint_key(self._run_id)
            save_checkpoint(self._s3, self._bucket, key, progress.without(self.purged()))

    def checkpoint(self, number: int) -> PartProgress:
        """The checkpoint of a part; empty if there is none, or a damaged one."""
        key = checkpoint_key(self._run_id, number)
        progress = read_checkpoint(self._s3, self._bucket, key, PartProgress)
        return progress.without(self.purged())

    def save_checkpoint(self, number: int, progress: PartProgress) -> None:
        """Store a part's progress for the next attempt."""
        key = checkpoint_key(self._run_id, number)
        save_checkpoint(self._s3, self._bucket, key, progress.without(self.purged()))

    def part_counts(self, number: int) -> Counts | None:
        """The counts of a stored part, or None if it is not stored."""
        metadata = read_metadata(self._s3, self._bucket, self._raw_key(f"{number:04}"))
        return None if metadata is None else msgspec.convert(metadata, Counts, strict=False)

    def part(self, number: int) -> bytes:
        """The content of a stored part."""
        key = self._raw_key(f"{number:04}")
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def save_part(self, number: int, part: PartBuilder) -> tuple[Counts, bool]:
        """Store a part. Return its counts, and False if another attempt has stored it already."""
        key = self._raw_key(f"{number:04}")
        metadata = {name: str(n) for name, n in msgspec.structs.asdict(part.counts).items()}
        if self._create_gzip(key, part.finish(), metadata):
            return part.counts, True
        stored = self.part_counts(number)
        assert stored is not None, f"{key} was deleted during the run"
        return stored, False

    def save_run_record(self, attempt: int, record: Envelope) -> bool:
        """Store the run record of an attempt. Return False if that attempt has one already."""
        body = gzip.compress(msgspec.json.encode(record) + b"\n", mtime=0)
        return self._create_gzip(self._raw_key(f"run-{attempt}"), body)

    def _create_gzip(self, key: str, body: bytes, metadata: dict[str, str] | None = None) -> bool:
        return create_object(
            self._s3,
            self._bucket,
            key,
            body,
            content_type="application/gzip",
            metadata=metadata,
        )

    def _raw_key(self, name: str) -> str:
        return Part(self._ingest_date, self._run_id, name).raw_key
