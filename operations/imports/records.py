"""Reads the records of an export's file one by one, in memory that does not grow with the file."""

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

import msgspec

from operations.imports.errors import ExportError

Members = dict[str, msgspec.Raw]
"""The fields of a record, each as JSON text."""

CHUNK_BYTES = 1 << 20
LONGEST_RECORD_BYTES = 1 << 16
"""What has no end within so many bytes is damaged: real records have about 1,000."""

_BOM = b"\xef\xbb\xbf"
_BETWEEN = re.compile(rb"[\s,]*+")
# An object without nested ones: every record of a real export.
_FLAT = re.compile(rb'\{(?:[^{}"]++|"(?:[^"\\]++|\\.)*+")*+\}', re.DOTALL)
_SCALAR = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[^\s,\[\]{}"]++', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{}"]', re.DOTALL)
# The end of a damaged record: another record follows, or the array ends.
_END = re.compile(rb"\}(?=\s*(?:,\s*\{|\]))")

_decode = msgspec.json.Decoder(Members).decode


class Unreadable(NamedTuple):
    """Takes the place of a record that cannot be read. The reason quotes nothing of it."""

    reason: str


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def read_records(stream: Readable) -> Iterator[Members | Unreadable]:
    """Yield the records of a JSON array. Raises ExportError if it is none, or lacks its end."""
    text = _Text(stream)
    if not text.opens():
        raise ExportError("it does not begin with [, as a file with plays does")
    while not text.at_end():
        yield text.record()
    if not text.closes():
        raise ExportError("it ends before its array does: download the export again")


class _Text:
    """The text of the file from the current position on, as far as it was read."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._buffer = b""
        self._position = 0

    def opens(self) -> bool:
        while len(self._buffer.strip()) <= len(_BOM) and self._fill():
            pass
        self._buffer = self._buffer.removeprefix(_BOM).lstrip()
        self._position = 1
        return self._buffer.startswith(b"[")

    def at_end(self) -> bool:
        """Go to the next record; true if there is none."""
        while True:
            self._position = self._match(_BETWEEN)
            if self._position < len(self._buffer):
                return self.closes()
            if not self._fill():
                return True

    def closes(self) -> bool:
        return self._buffer.startswith(b"]", self._position)

    def record(self) -> Members | Unreadable:
        if not (end := self._match(_FLAT)):
            while len(self._buffer) - self._position < LONGEST_RECORD_BYTES and self._fill():
                pass
            end = self._match(_FLAT) or self._nested_end() or self._match(_SCALAR)
        try:
            found: Members | Unreadable = _decode(self._buffer[self._position : end])
        except msgspec.ValidationError:
            found = Unreadable("the record is not an object")
        except (msgspec.MsgspecError, ValueError, RecursionError):
            found = Unreadable("the record is damaged")
            self._skip_damaged(end)
            return found
        self._position = end
        return found

    def _match(self, pattern: re.Pattern[bytes]) -> int:
        """The end of the match at the current position; 0 if there is none."""
        match = pattern.match(self._buffer, self._position)
        return match.end() if match else 0

    def _nested_end(self) -> int:
        """The end of an object or array that has others in it; 0 if it is not found."""
        if not self._buffer.startswith((b"{", b"["), self._position):
            return 0
        depth = 0
        longest = self._position + LONGEST_RECORD_BYTES
        for token in _TOKEN.finditer(self._buffer, self._position, longest):
            depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(token[0], 0)
            if depth <= 0:
                return token.end() if token[0] in (b"}", b"]") else 0
        return 0

    def _skip_damaged(self, end: int) -> None:
        """Go to the end of a damaged record, which may be before its apparent `end`."""
        while not (match := _END.search(self._buffer, self._position)) and not end:
            # The end may be cut in two.
            self._position = max(self._position, len(self._buffer) - LONGEST_RECORD_BYTES)
            if not self._fill():
                self._position = len(self._buffer)
                return
        self._position = min(found for found in (match and match.end(), end) if found)

    def _fill(self) -> bool:
        """Read on, and forget what was passed; false at the end of the file."""
        chunk = self._stream.read(CHUNK_BYTES)
        self._buffer = self._buffer[self._position :] + chunk
        self._position = 0
        return bool(chunk)
