"""What came of a saved query: a result, a failure, or a lack of values for its parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from stacks.sql_file import SqlFile

Row = Sequence[str | None]
"""Values as Athena's text, None for null."""


class Result(Protocol):
    """What Athena returns for a statement. `types` are Athena's names of the columns' types."""

    @property
    def columns(self) -> Sequence[str]: ...

    @property
    def types(self) -> Sequence[str]: ...

    @property
    def rows(self) -> Sequence[Row]: ...

    @property
    def bytes_scanned(self) -> int: ...

    @property
    def seconds(self) -> float: ...


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`values` are those of the parameters, by name. Without a result, `failure` says why.

    Without either, the query did not run, since there were no values for its parameters.
    """

    query: SqlFile
    values: Mapping[str, str] = field(default_factory=dict)
    result: Result | None = None
    failure: str | None = None

    @property
    def records(self) -> list[dict[str, str | None]]:
        """The rows with their column names; none without a result."""
        if self.result is None:
            return []
        return [dict(zip(self.result.columns, row, strict=True)) for row in self.result.rows]
