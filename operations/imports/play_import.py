"""An import: identifies the run of an export's files, and writes each of its raw parts once."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from operations.imports.errors import ExportError
from operations.imports.manifest import digest_of, import_run
from operations.imports.reading import BATCH, Batch, Reading, batches, digest
from operations.imports.tracks import track_plays
from spotify_pipeline.keys import RAW_PREFIX, Part, run_time, wanted_tracks_key
from spotify_pipeline.raw import Envelope
from spotify_pipeline.s3 import create_object, list_keys
from spotify_pipeline.wanted_tracks import encode_wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from types_boto3_s3 import S3Client

    from operations.imports.export import ExportFile

MAX_PARTS = 10_000
"""Part numbers have four digits."""

_LEVEL = 4
"""As the extract function compresses."""


@dataclass
class Written:
    """Raw parts `written`, and `present` ones that were left as they are."""

    written: int = 0
    present: int = 0


class PlayImport:
    """The import of files into a bucket. A content that several files have counts once.

    `identifying` and `reading` are what the two passes over the files have read.
    """

    def __init__(self, s3: S3Client, bucket: str, files: Sequence[ExportFile]) -> None:
        self.identifying = Reading()
        self.reading = Reading()
        self.parts = Written()
        self.run_id = ""
        self.files = list(files)
        self._digest = ""
        self._tracks: Counter[str] = Counter()
        self._s3 = s3
        self._bucket = bucket

    def identify(self, *, now: datetime, retention: timedelta) -> Iterator[Reading]:
        """Find the run, or begin it; yields after each chunk of the files."""
        contents: dict[str, ExportFile] = {}
        for file in sorted(self.files, key=lambda file: file.name):
            for found in digest(file, self.identifying):
                if found:
                    contents.setdefault(found, file)
                yield self.identifying
        ordered = sorted((file.name, content) for content, file in contents.items())
        self.files = [contents[content] for _, content in ordered]
        self._digest = digest_of(ordered)
        self.run_id = import_run(
            self._s3, self._bucket, self._digest, ordered, now=now, retention=retention
        )

    def write(self) -> Iterator[Reading]:
        """Write the raw parts that the bucket lacks, and the tracks; yields after each part."""
        day = f"{run_time(self.run_id):%Y-%m-%d}"
        prefix = f"{RAW_PREFIX}ingest_date={day}/{self.run_id}/"
        present = set(list_keys(self._s3, self._bucket, prefix))
        for number, batch in enumerate(batches(self.files, self.reading)):
            if number >= MAX_PARTS:
                raise ExportError(
                    f"The export has more than {MAX_PARTS * BATCH:,} plays: import its files in "
                    "several folders"
                )
            key = Part(day, self.run_id, f"{number:04}").raw_key
            is_new = key not in present and create_object(
                self._s3,
                self._bucket,
                key,
                part_body(self.run_id, batch),
                content_type="application/gzip",
            )
            self.parts.written += is_new
            self.parts.present += not is_new
            self._tracks.update(track_plays(batch.records))
            yield self.reading
        if self._tracks:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=wanted_tracks_key(self._digest),
                Body=encode_wanted(self._tracks),
            )


def part_body(run_id: str, batch: Batch) -> bytes:
    """A raw part of one line, which follows from the run and the records alone."""
    # A line break in a nested or damaged value would end the line.
    body = msgspec.json.encode(batch.records).replace(b"\n", b" ")
    envelope = Envelope(
        kind="exported_plays",
        run_id=run_id,
        fetched_at=run_time(run_id),
        context={"source": batch.file.name, "origin": batch.file.origin, "first": batch.first},
        body=msgspec.Raw(body),
    )
    return gzip.compress(msgspec.json.encode(envelope) + b"\n", _LEVEL, mtime=0)
