"""The tombstone of a playlist, written before anything of it is removed.

Runs store nothing of a playlist that has one. It also lists the raw parts whose Parquet files are
still to be rebuilt, so that an interrupted purge can go on.
"""

from datetime import datetime
from typing import Any

import msgspec

from spotify_pipeline.extract import clock
from spotify_pipeline.keys import tombstone_key
from spotify_pipeline.s3 import read_object


class Tombstone(msgspec.Struct, frozen=True):
    purged_at: datetime
    pending: list[str] = []


class TombstoneStore:
    """The tombstone of one playlist."""

    def __init__(self, s3: Any, bucket: str, playlist_id: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self.key = tombstone_key(playlist_id)

    def load(self) -> Tombstone | None:
        body = read_object(self._s3, self._bucket, self.key)
        return msgspec.json.decode(body, type=Tombstone) if body is not None else None

    def save(self, pending: list[str]) -> None:
        """Write the tombstone, with the raw keys of parts that are to be rebuilt."""
        found = self.load()
        tombstone = Tombstone(found.purged_at if found else clock.utc_now(), sorted(pending))
        if tombstone != found:
            body = msgspec.json.encode(tombstone)
            self._s3.put_object(Bucket=self._bucket, Key=self.key, Body=body)
