"""Reads the files of an export: their contents' digests, and their records in batches."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, NamedTuple

from operations.imports.errors import ExportError
from operations.imports.export import ExportFile
from operations.imports.privacy import kept_fields, unknown_fields
from operations.imports.records import CHUNK_BYTES, Members, Unreadable, read_records

BATCH = 8_000
"""Records of a raw part: what the transform function handles in about a second."""

_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)


@dataclass
class Reading:
    """What was read so far.

    `unreadable` are the places of unreadable records, `damaged` the files that were not read to
    their end, with the reason, `left_out` the names of unknown fields.
    """

    bytes: int = 0
    plays: int = 0
    unreadable: list[str] = field(default_factory=list)
    damaged: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)


class Batch(NamedTuple):
    """Consecutive records of a file, as they are stored; `first` is the position of the first."""

    file: ExportFile
    first: int
    records: list[dict[str, Any]]


def digest(file: ExportFile, reading: Reading) -> Iterator[str]:
    """Yield an empty text after each chunk, then the SHA-256 of the content.

    Of a file that is damaged, of the content before the damage.
    """
    found = hashlib.sha256()
    try:
        with file.open() as stream:
            while chunk := stream.read(CHUNK_BYTES):
                found.update(chunk)
                reading.bytes += len(chunk)
                yield ""
    except _DAMAGED as error:
        reading.damaged[file.name] = str(error)
    yield found.hexdigest()


def batches(files: Sequence[ExportFile], reading: Reading) -> Iterator[Batch]:
    """The records of each file in batches of `BATCH`. A damaged file does not stop the others."""
    for file in files:
        first = 0
        records = _kept(file, reading)
        while batch := list(islice(records, BATCH)):
            yield Batch(file, first, batch)
            first += len(batch)


def _kept(file: ExportFile, reading: Reading) -> Iterator[dict[str, Any]]:
    for position, record in enumerate(_records(file, reading)):
        if isinstance(record, Unreadable):
            reading.unreadable.append(f"{file.name}, record {position:,}: {record.reason}")
        reading.left_out |= unknown_fields(record)
        reading.plays += 1
        yield kept_fields(record)


def _records(file: ExportFile, reading: Reading) -> Iterator[Members | Unreadable]:
    try:
        with file.open() as stream:
            yield from read_records(_Counted(stream, reading))
    except (*_DAMAGED, ExportError) as error:
        reading.damaged[file.name] = str(error)


class _Counted:
    """A stream whose bytes are counted."""

    def __init__(self, stream: IO[bytes], reading: Reading) -> None:
        self._stream = stream
        self._reading = reading

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        self._reading.bytes += len(chunk)
        return chunk
