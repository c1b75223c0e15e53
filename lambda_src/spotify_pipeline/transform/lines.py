"""Lines of a raw part: reads them, and rejects a line or an object on it."""

import gzip
import io
from collections.abc import Iterator

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.schema import Table
from spotify_pipeline.transform import locations
from spotify_pipeline.transform.rows.batch import single_row
from spotify_pipeline.transform.rows.part_rows import PartRows

# Decoding errors: malformed JSON, a wrong type or value, nesting beyond the stack.
UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)

Text = bytes | msgspec.Raw

_DECODE = "decode"
"""Rule of rows rejected because their text cannot be decoded."""

_BUFFER_BYTES = 1 << 18
"""The default buffer of gzip streams takes a third longer."""


def read_lines(compressed: bytes) -> Iterator[bytes]:
    """Yield each line. Raises OSError, EOFError or zlib.error if the gzip stream is damaged."""
    with gzip.open(io.BytesIO(compressed)) as stream:
        yield from io.BufferedReader(stream, _BUFFER_BYTES)


class Line(msgspec.Struct, frozen=True):
    """A line of the part `raw_key`, counted from 1; its objects become `rows`."""

    raw_key: str
    number: int
    rows: PartRows

    def location(self, position: int | None = None) -> int:
        """The encoded location of the object at `position`, or of the whole line."""
        return locations.encode(self.number, position)

    def reject(
        self,
        table: Table | None,
        reason: str,
        raw: Text,
        position: int | None = None,
        *,
        rule: str = _DECODE,
        row_key: str | None = None,
    ) -> None:
        """Add a row to `rejected` in place of one of `table`."""
        values = {
            "raw_key": self.raw_key,
            "line": self.number,
            "position": position,
            "table_name": table.name if table else None,
            "rule": rule,
            "reason": reason,
            "raw": bytes(raw).strip().decode(errors="replace"),
            "row_key": row_key,
        }
        self.rows.add([single_row(tables.REJECTED, self.location(position), values)])
