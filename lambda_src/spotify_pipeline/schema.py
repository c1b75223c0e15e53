"""Types of a table declaration: columns, types, rules, key and references.

Uses only the standard library, which keeps synth fast.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """Column types, spelled as Glue spells them."""

    STRING = "string"
    INT = "int"
    BIGINT = "bigint"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    DATE = "date"
    STRINGS = "array<string>"


@dataclass(frozen=True, slots=True)
class NotNull:
    name = "null"

    def __str__(self) -> str:
        return "Never null."


@dataclass(frozen=True, slots=True)
class NotEmpty:
    name = "empty"

    def __str__(self) -> str:
        return "Never empty."


@dataclass(frozen=True, slots=True)
class Matches:
    """A regular expression that the text matches; `^` and `$` anchor it to the whole text."""

    pattern: str
    name = "pattern"

    def __str__(self) -> str:
        return f"Matches {self.pattern}."


@dataclass(frozen=True, slots=True)
class Between:
    """A number from `low` to `high`, both included; None leaves that end open."""

    low: int
    high: int | None = None
    name = "range"

    def __str__(self) -> str:
        return f"At least {self.low}." if self.high is None else f"From {self.low} to {self.high}."


@dataclass(frozen=True, slots=True)
class OneOf:
    values: tuple[str, ...]
    name = "value"

    def __str__(self) -> str:
        return f"One of {', '.join(self.values)}."


Rule = NotNull | NotEmpty | Matches | Between | OneOf
"""A condition on a value; null breaks only NotNull. Its `str` is shown in the documentation."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; null where Spotify gave nothing, unless a rule forbids it."""

    name: str
    type: Type
    description: str
    rules: tuple[Rule, ...] = ()

    @property
    def comment(self) -> str:
        """The description and the rules in words, as shown by Glue and the documentation."""
        return " ".join([self.description, *map(str, self.rules)])


@dataclass(frozen=True, slots=True)
class Reference:
    """`column` holds the first key column of `table`; `when` says for which rows, in SQL.

    The referenced row may be missing, if it was rejected.
    """

    column: str
    table: str
    when: str | None = None


PARTITION_KEY = Column(
    "ingest_date", Type.STRING, "Logical day of the run, UTC, as YYYY-MM-DD; the partition."
)

EVERYWHERE = (
    Column("run_id", Type.STRING, "The run that fetched this row.", (NotNull(), NotEmpty())),
    Column("extracted_at", Type.TIMESTAMP, "When Spotify sent the response, UTC.", (NotNull(),)),
)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One table; `key` names the columns that identify a row within one part.

    Compared by identity, which makes it a fast dictionary key.
    """

    name: str
    description: str
    key: tuple[str, ...]
    own_columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns stored in the Parquet files, in their order there."""
        own = {column.name for column in self.own_columns}
        return self.own_columns + tuple(c for c in EVERYWHERE if c.name not in own)

    @property
    def rules(self) -> Iterator[tuple[str, Column, Rule]]:
        """Every rule with its full name, such as `tracks.popularity.range`."""
        for column in self.columns:
            for rule in column.rules:
                yield f"{self.name}.{column.name}.{rule.name}", column, rule
