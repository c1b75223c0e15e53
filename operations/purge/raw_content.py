"""Reads and rewrites raw parts line by line: a part is never in memory as a whole."""

import gzip
import zlib
from tempfile import TemporaryFile
from typing import IO, Any

from operations.purge.records import Cleaner, Content
from operations.purge.versions import StoredVersion, read
from spotify_pipeline.keys import Part
from spotify_pipeline.raw import purged_record

DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error)
"""Errors of a damaged gzip stream."""

_LEVEL = 4
"""As the extract function compresses."""


def content_of(s3: Any, bucket: str, version: StoredVersion, playlist_id: str) -> Content:
    """Count the playlist's records in a version of a raw part. Raises one of DAMAGED."""
    cleaner = Cleaner(playlist_id)
    with gzip.open(read(s3, bucket, version)["Body"]) as lines:
        for _ in cleaner.clean(lines):
            pass
    return cleaner.content


def rewrite(s3: Any, bucket: str, version: StoredVersion, playlist_id: str) -> None:
    """Replace a raw part by one without the playlist, unless it was changed meanwhile.

    Its metadata counts what remains. A part without other records stays as an empty one: a resumed
    run would fetch a missing one again. Raises one of DAMAGED.
    """
    found = read(s3, bucket, version)
    cleaner = Cleaner(playlist_id)
    with TemporaryFile() as file:
        if not _write(file, cleaner, found["Body"]):
            file.seek(0)
            file.truncate()
            run_id = Part.from_raw_key(version.key).run_id
            file.write(gzip.compress(purged_record(run_id, found["LastModified"]), mtime=0))
        file.seek(0)
        s3.put_object(
            Bucket=bucket,
            Key=version.key,
            Body=file,
            ContentType="application/gzip",
            Metadata=cleaner.content.removed_from(found["Metadata"]),
            IfMatch=found["ETag"],
        )


def _write(file: IO[bytes], cleaner: Cleaner, body: Any) -> bool:
    """Write the lines that stay; False if there is none."""
    is_written = False
    with (
        gzip.open(body) as lines,
        gzip.GzipFile(fileobj=file, mode="wb", compresslevel=_LEVEL, mtime=0) as kept,
    ):
        for line in cleaner.clean(lines):
            kept.write(line)
            is_written = True
    return is_written
