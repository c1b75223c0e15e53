"""Records are read one by one, whatever surrounds them."""

import io
import tracemalloc
from collections import deque

import pytest

from operations.imports import records
from operations.imports.errors import ExportError
from operations.imports.records import Unreadable, read_records


def read(text: bytes) -> list[dict[str, bytes] | str]:
    """The members of each record, or the reason why it is unreadable."""
    found: list[dict[str, bytes] | str] = []
    for record in read_records(io.BytesIO(text)):
        if isinstance(record, Unreadable):
            found.append(record.reason)
        else:
            found.append({name: bytes(value) for name, value in record.items()})
    return found


DAMAGED, NO_OBJECT = "the record is damaged", "the record is not an object"
ONE = {"a": b"1"}


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"[]", []),
        (b'\xef\xbb\xbf\r\n[\r\n{"a":1}\r\n]\r\n', [ONE]),
        (b'[{"a":1},{"a":1}]', [ONE, ONE]),
        (b'[{"a" : "} ] \\" {"},{"a":1}]', [{"a": b'"} ] \\" {"'}, ONE]),
        (b'[{"a":{"b":[{"c":1},{"c":2}]}},{"a":1}]', [{"a": b'{"b":[{"c":1},{"c":2}]}'}, ONE]),
        (b'[null, "x", 5, [1, {"b": 2}], {"a":1}]', [NO_OBJECT] * 4 + [ONE]),
        (b'[{"a":tru},{"a":1}]', [DAMAGED, ONE]),
        (b'[{"a":"un, "b":2},\n{"a":1}]', [DAMAGED, ONE]),
        (b'[{"a":1}}, {"a":1}]', [ONE, DAMAGED, ONE]),
    ],
)
def test_records_are_read_from_chunks_of_any_size(
    text: bytes,
    expected: list[dict[str, bytes] | str],
    size: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(records, "CHUNK_BYTES", size)
    assert read(text) == expected


@pytest.mark.parametrize("text", [b"", b"{}", b"<html>", b"\x00"])
def test_another_file_is_refused(text: bytes) -> None:
    with pytest.raises(ExportError, match="does not begin with"):
        read(text)


@pytest.mark.parametrize("text", [b"[", b'[{"a":1}', b'[{"a":1},', b'[{"a":1},{"a'])
def test_a_file_without_its_end_is_reported_after_its_records(text: bytes) -> None:
    found = read_records(io.BytesIO(text))
    if text != b"[":
        first = next(found)
        assert not isinstance(first, Unreadable)
        assert bytes(first["a"]) == b"1"
    with pytest.raises(ExportError, match="ends before its array does"):
        list(found)


def test_a_record_without_end_costs_itself_only() -> None:
    endless = b'{"a": "' + b"x" * 3 * records.LONGEST_RECORD_BYTES
    assert read(b'[{"a":1},' + endless + b'},{"a":1}]') == [ONE, DAMAGED, ONE]


def test_memory_does_not_grow_with_the_file() -> None:
    class Endless(io.RawIOBase):
        """Twelve megabytes of records."""

        left = 12

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            begin = b"[" if self.left == 11 else b""
            return begin + b'{"a": 1, "b": "some text"},' * 38_000 if self.left >= 0 else b"]"[:0]

    tracemalloc.start()
    with pytest.raises(ExportError, match="ends before"):
        deque(read_records(Endless()), maxlen=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * records.CHUNK_BYTES
