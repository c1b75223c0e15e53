"""What a run keeps in the bucket: its plan, its parts and its record, each written once."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from spotify_pipeline.extract import plan as plans
from spotify_pipeline.extract.parts.fetching import PartProgress
from spotify_pipeline.extract.parts.writing import Counts
from spotify_pipeline.keys import Part, PlanOf, checkpoint_key, plan_key

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from spotify_pipeline.extract.parts.writing import PartBuilder
    from spotify_pipeline.extract.plan import Plan
    from spotify_pipeline.raw import Envelope

# A conditional write that lost (412), or that met another one under way (409).
TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}
ABSENT = {"NoSuchKey", "404", "NotFound"}

logger = Logger(child=True)


class RunStore:
    """The objects of one run. None is written again, but what is left of unfinished parts."""

    def __init__(self, s3: S3Client, bucket: str, ingest_date: str, run_id: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._ingest_date = ingest_date
        self._run_id = run_id

    def plan(self, of: PlanOf) -> Plan | None:
        """The plan of a stage that an earlier attempt stored, if any."""
        text = self._get(plan_key(self._run_id, of))
        return None if text is None else plans.decode(text)

    def save_plan(self, of: PlanOf, plan: Plan) -> Plan:
        """Store the plan, or return the one that another attempt has stored meanwhile."""
        if self._create(plan_key(self._run_id, of), plans.encode(plan), "application/json"):
            return plan
        kept = self.plan(of)
        assert kept is not None, "the plan that won was deleted at once"
        return kept

    def work(self, number: int) -> PartProgress:
        """What an interrupted attempt has left of a part."""
        body = self._get(checkpoint_key(self._run_id, number))
        try:
            return (
                msgspec.json.decode(gzip.decompress(body), type=PartProgress)
                if body
                else PartProgress()
            )
        except (OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
            logger.warning("unfinished part is damaged: begun anew", extra={"fault": str(error)})
            return PartProgress()

    def save_checkpoint(self, number: int, work: PartProgress) -> None:
        """Leave an unfinished part for the next attempt. Of two attempts at once either will do."""
        body = gzip.compress(msgspec.json.encode(work), mtime=0)
        self._s3.put_object(
            Bucket=self._bucket, Key=checkpoint_key(self._run_id, number), Body=body
        )

    def part_counts(self, number: int) -> Counts | None:
        """The counts of a part that is stored, or None: it is still to do."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=self._part(f"{number:04}").raw_key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise
        return msgspec.convert(head["Metadata"], Counts, strict=False)

    def part(self, number: int) -> bytes:
        """A part that is stored."""
        key = self._part(f"{number:04}").raw_key
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def save_part(self, number: int, part: PartBuilder) -> tuple[Counts, bool]:
        """Store a part; its counts, and whether it was not another attempt that stored it."""
        key = self._part(f"{number:04}").raw_key
        metadata = {name: str(n) for name, n in msgspec.structs.asdict(part.counts).items()}
        if self._create(key, part.finish(), "application/gzip", metadata):
            return part.counts, True
        kept = self.part_counts(number)
        assert kept is not None, f"{key} exists and does not"
        return kept, False

    def save_run_record(self, attempt: int, record: Envelope) -> bool:
        """Store the run record of an attempt; False if that attempt has one already."""
        body = gzip.compress(msgspec.json.encode(record) + b"\n", mtime=0)
        return self._create(self._part(f"run-{attempt}").raw_key, body, "application/gzip")

    def _get(self, key: str) -> bytes | None:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise

    def _part(self, name: str) -> Part:
        return Part(self._ingest_date, self._run_id, name)

    def _create(
        self, key: str, body: bytes, content_type: str, metadata: dict[str, str] | None = None
    ) -> bool:
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                Metadata=metadata or {},
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in TAKEN:
                return False
            raise
        return True
