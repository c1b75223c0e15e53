"""The tracks that imports name and no response has described yet, shared by all schedules.

Which of them are described is known from the runs since the first import: entries of playlists and
responses of enrichment, those for ids that Spotify does not know included.
"""

from __future__ import annotations

import gzip
import zlib
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from aws_lambda_powertools import Logger

from spotify_pipeline.keys import DESCRIBED_TRACKS_KEY, IMPORTS_PREFIX, is_wanted_tracks_key
from spotify_pipeline.s3 import create_object, list_keys, read_object, read_version, replace_object
from spotify_pipeline.wanted_tracks import decode_wanted

if TYPE_CHECKING:
    from collections.abc import Collection

    from types_boto3_s3 import S3Client

_TRIES = 10
"""Attempts at a conditional write that loses a race."""

logger = Logger(child=True)


class WantedTracks:
    """The wanted tracks of one environment. An attempt reads the imports' lists once."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def pending(self) -> list[str]:
        """Ids that are still to be requested, the most played first."""
        if not self._plays:
            return []
        described, _ = self._read_described()
        ids = self._plays.keys() - described
        return sorted(ids, key=lambda one: (-self._plays[one], one))

    def note(self, described: Collection[str]) -> None:
        """Add those of these ids that are wanted to the described ones.

        If every write loses a race, they are requested again.
        """
        found = self._plays.keys() & set(described)
        for _ in range(_TRIES if found else 0):
            known, etag = self._read_described()
            if found <= known or self._write_described(known | found, etag):
                return
        if found:
            logger.warning("tracks not noted", extra={"key": DESCRIBED_TRACKS_KEY})

    @cached_property
    def _plays(self) -> dict[str, int]:
        """The number of plays by id. Imports may overlap: the largest number counts."""
        plays: dict[str, int] = {}
        for key in filter(is_wanted_tracks_key, list_keys(self._s3, self._bucket, IMPORTS_PREFIX)):
            for track_id, count in self._list(key).items():
                plays[track_id] = max(count, plays.get(track_id, 0))
        return plays

    def _list(self, key: str) -> dict[str, int]:
        """The list of one import; empty if it is damaged, or gone by now."""
        body = read_object(self._s3, self._bucket, key)
        try:
            return {} if body is None else decode_wanted(body)
        except ValueError as error:
            logger.warning("list of tracks left out", extra={"key": key, "fault": str(error)})
            return {}

    def _read_described(self) -> tuple[set[str], str | None]:
        """The described ids and the object's ETag; None before the first one."""
        stored = read_version(self._s3, self._bucket, DESCRIBED_TRACKS_KEY)
        if stored is None:
            return set(), None
        try:
            text = gzip.decompress(stored.body)
            return set(msgspec.json.decode(text, type=list[str])), stored.etag
        except (OSError, EOFError, zlib.error, msgspec.MsgspecError, RecursionError) as error:
            logger.warning(
                "described tracks are damaged: they are requested again",
                extra={"key": DESCRIBED_TRACKS_KEY, "fault": str(error)},
            )
            return set(), stored.etag

    def _write_described(self, ids: Collection[str], etag: str | None) -> bool:
        """Write the ids unless they have changed since they were read. Return False if so."""
        body = gzip.compress(msgspec.json.encode(sorted(ids)), mtime=0)
        if etag is None:
            return create_object(self._s3, self._bucket, DESCRIBED_TRACKS_KEY, body)
        return replace_object(self._s3, self._bucket, DESCRIBED_TRACKS_KEY, body, etag=etag)
