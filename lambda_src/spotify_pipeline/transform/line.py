"""One line of a part: where its things stand, and how one of them is rejected."""

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.schema import Table
from spotify_pipeline.transform.locations import source
from spotify_pipeline.transform.rows import Rows

# What decoding raises: malformed JSON, a wrong type or value, nesting beyond the stack.
UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)

Text = bytes | msgspec.Raw

_DECODE = "decode"
"""The rule that what cannot be read breaks."""


class Line(msgspec.Struct, frozen=True):
    """A line by its number in the part `raw_key`; what it holds goes into `rows`."""

    raw_key: str
    number: int
    rows: Rows

    def source(self, position: int | None = None) -> int:
        return source(self.number, position)

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
        """A row of `rejected`, in place of one of `table`."""
        self.rows.add(
            tables.REJECTED,
            self.source(position),
            raw_key=self.raw_key,
            line=self.number,
            position=position,
            table_name=table.name if table else None,
            rule=rule,
            reason=reason,
            raw=bytes(raw).strip().decode(errors="replace"),
            row_key=row_key,
        )
