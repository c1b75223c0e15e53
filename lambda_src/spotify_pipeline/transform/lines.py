"""Lines of a raw part: reads them, and rejects a line or an object on it."""

import gzip
import io
from collections.abc import Iterator

import msgspec
from aws_lambda_powertools import Logger

from spotify_pipeline import tables
from spotify_pipeline.schema import Table
from spotify_pipeline.transform import locations
from spotify_pipeline.transform.json_text.decoding import UNREADABLE, Text
from spotify_pipeline.transform.rows.batch import RowError, single_row
from spotify_pipeline.transform.rows.part_rows import PartRows

DECODE = "decode"
"""Rule of rows rejected because their text cannot be decoded."""

ERROR = "error"
"""Rule of rows rejected because of an unforeseen exception, which is logged."""

_BUFFER_BYTES = 1 << 18
"""The default buffer of gzip streams takes a third longer."""

logger = Logger(child=True)


def read_lines(compressed: bytes) -> Iterator[bytes]:
    """Yield each line. Raises OSError, EOFError or zlib.error if the gzip stream is damaged."""
    with gzip.open(io.BytesIO(compressed)) as stream:
        yield from io.BufferedReader(stream, _BUFFER_BYTES)


class Line(msgspec.Struct, frozen=True):
    """A line of the part `raw_key`, counted from 1; its objects become `rows`."""

    raw_key: str
    number: int
    text: bytes
    rows: PartRows

    def location(self, position: int | None = None) -> int:
        """The encoded location of the object at `position`, or of the whole line."""
        return locations.encode(self.number, position)

    def reject_error(
        self,
        table: Table | None,
        error: Exception,
        raw: Text | None = None,
        position: int | None = None,
    ) -> None:
        """Reject a row that could not be decoded or built. Raises a MemoryError again."""
        if isinstance(error, MemoryError):
            raise error
        if isinstance(error, UNREADABLE):
            self.reject(table, str(error), raw, position)
        elif isinstance(error, RowError):
            self.reject_unforeseen(table, error.__cause__ or error, raw, position)
        else:
            self.reject_unforeseen(table, error, raw, position)

    def reject_unforeseen(
        self,
        table: Table | None,
        error: BaseException,
        raw: Text | None = None,
        position: int | None = None,
    ) -> None:
        """Reject a row because of an error that no rule covers, and log it."""
        name = table.name if table else None
        location = {"raw_key": self.raw_key, "line": self.number, "position": position}
        logger.error("row rejected", extra={"table": name, **location}, exc_info=error)
        self.reject(table, f"{type(error).__name__}: {error}", raw, position, rule=ERROR)

    def reject(
        self,
        table: Table | None,
        reason: str,
        raw: Text | None = None,
        position: int | None = None,
        *,
        rule: str = DECODE,
        row_key: str | None = None,
    ) -> None:
        """Add a row to `rejected` in place of one of `table`; `raw` is the whole line if None."""
        values = {
            "raw_key": self.raw_key,
            "line": self.number,
            "position": position,
            "table_name": table.name if table else None,
            "rule": rule,
            "reason": _text(reason.encode(errors="replace")),
            "raw": _text(bytes(self.text if raw is None else raw).strip()),
            "row_key": row_key,
        }
        self.rows.add([single_row(tables.REJECTED, self.location(position), values)])


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
