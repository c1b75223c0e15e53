"""Finds a playlist in every prefix of the bucket. Reads all raw parts, and changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from operations.purge.parquet_files import SEARCHED, rows_of
from operations.purge.raw_content import DAMAGED, content_of
from operations.purge.records import Content
from operations.purge.state_objects import KEPT_PREFIXES, without
from operations.purge.versions import StoredVersion, list_versions, read
from spotify_pipeline.keys import (
    RAW_PREFIX,
    RESULTS_PREFIX,
    STATE_PREFIX,
    TRANSFORMED_PREFIX,
    ForeignKeyError,
    Part,
    table_file,
)
from spotify_pipeline.tables import TABLES

Say = Callable[[str], None]
"""Shows what is being done."""

_SEARCHED = {table.name for table in SEARCHED}


class Survey(msgspec.Struct):
    """The versions of objects that hold the playlist, by prefix; all of the query results.

    `rows` counts those of current Parquet files by table. `damaged` raw parts cannot be read to
    their end, so nobody can say. `unreadable` lines, by raw key, name no playlist.
    """

    raw: dict[StoredVersion, Content] = {}
    files: dict[StoredVersion, int] = {}
    rows: Counter[str] = msgspec.field(default_factory=Counter)
    state: list[StoredVersion] = []
    results: list[StoredVersion] = []
    damaged: list[StoredVersion] = []
    unreadable: dict[str, int] = {}

    @property
    def is_empty(self) -> bool:
        """True if no prefix but that of the query results holds the playlist."""
        return not (self.raw or self.files or self.state)

    @property
    def content(self) -> Content:
        """The sums over current raw parts."""
        total = Content()
        for version, content in self.raw.items():
            for name in Content.__struct_fields__ if version.is_current else ():
                setattr(total, name, getattr(total, name) + getattr(content, name))
        return total

    @property
    def parts(self) -> set[Part]:
        """The parts whose objects hold the playlist, or held it in an old version."""
        raw = {Part.from_raw_key(version.key) for version in self.raw}
        files = (table_file(version.key) for version in self.files)
        return raw | {file.part for file in files if file}

    def current(self, prefix: str) -> list[StoredVersion]:
        """The current objects below a prefix that hold the playlist."""
        found = (*self.raw, *self.files, *self.state, *self.results)
        return [one for one in found if one.is_current and one.key.startswith(prefix)]


def survey(s3: Any, bucket: str, playlist_id: str, say: Say) -> Survey:
    """Search every version of every object, one at a time."""
    found = Survey()
    _search_raw(s3, bucket, playlist_id, found, say)
    _search_tables(s3, bucket, playlist_id, found, say)
    _search_state(s3, bucket, playlist_id, found, say)
    found.results = list(list_versions(s3, bucket, RESULTS_PREFIX))
    return found


def keys_of(parts: set[Part]) -> set[str]:
    """The keys of all objects of these parts."""
    raw = {part.raw_key for part in parts}
    return raw | {part.table_key(table.name) for part in parts for table in TABLES}


def old_versions(s3: Any, bucket: str, keys: set[str]) -> list[StoredVersion]:
    """The versions of these objects that are no longer current, and their delete markers."""
    return [
        version
        for prefix in (RAW_PREFIX, TRANSFORMED_PREFIX, STATE_PREFIX)
        for version in list_versions(s3, bucket, prefix)
        if version.key in keys and not version.is_current
    ]


def _search_raw(s3: Any, bucket: str, playlist_id: str, found: Survey, say: Say) -> None:
    for version in _contents(s3, bucket, RAW_PREFIX, say):
        try:
            Part.from_raw_key(version.key)
        except ForeignKeyError:
            continue
        try:
            content = content_of(s3, bucket, version, playlist_id)
        except DAMAGED:
            found.damaged.append(version)
            continue
        if content.records:
            found.raw[version] = content
        if content.unreadable and version.is_current:
            found.unreadable[version.key] = content.unreadable


def _search_tables(s3: Any, bucket: str, playlist_id: str, found: Survey, say: Say) -> None:
    for version in _contents(s3, bucket, TRANSFORMED_PREFIX, say):
        file = table_file(version.key)
        if file is None or file.table not in _SEARCHED:
            continue
        rows = rows_of(file.table, read(s3, bucket, version)["Body"].read(), playlist_id)
        if not rows:
            continue
        found.files[version] = rows
        if version.is_current:
            found.rows[file.table] += rows


def _search_state(s3: Any, bucket: str, playlist_id: str, found: Survey, say: Say) -> None:
    for version in _contents(s3, bucket, STATE_PREFIX, say):
        if version.key.startswith(KEPT_PREFIXES):
            continue
        body = read(s3, bucket, version)["Body"].read()
        if without(version.key, body, playlist_id) != body:
            found.state.append(version)


def _contents(s3: Any, bucket: str, prefix: str, say: Say) -> Iterator[StoredVersion]:
    """Yield the versions below a prefix that have content."""
    for number, version in enumerate(list_versions(s3, bucket, prefix), start=1):
        say(f"Searching {prefix} … {number:,} objects")
        if not version.is_marker:
            yield version
