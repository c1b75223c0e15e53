"""One SQL statement with its header comments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp, parse_one

DIALECT = "athena"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart that suits a result: its kind, and the output column of each channel.

    Bars and heat maps are for the first rows. The kind `none` has no channels.
    """

    kind: str = "none"
    x: str | None = None
    y: str | None = None
    color: str | None = None

    @property
    def columns(self) -> list[str]:
        return [column for column in (self.x, self.y, self.color) if column is not None]


@dataclass(frozen=True, kw_only=True)
class Reads:
    """Tables and views that a statement names, and in words the days of them that it reads."""

    names: tuple[str, ...] = ()
    days: str = ""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A value that the statement needs, with its Athena type; `example` is one without quotes."""

    name: str
    type: str
    example: str
    description: str


@dataclass(frozen=True)
class SqlFile:
    """One statement; `name` is the file's stem, the other fields come from its header.

    A view has no more than title and question. The parameters are those of the statement's `?`, in
    order. Placeholders `{column}` in `finding` stand for values of the result's first row.
    """

    name: str
    title: str
    question: str
    text: str
    reading: str = ""
    chart: Chart = field(default_factory=Chart)
    finding: str = ""
    reads: Reads = field(default_factory=Reads)
    parameters: tuple[Parameter, ...] = ()

    @property
    def dependencies(self) -> set[str]:
        """Names of the tables and views that the statement reads."""
        tree = parse_one(self.text, read=DIALECT)
        ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
        return {table.name for table in tree.find_all(exp.Table)} - ctes

    def finding_in(self, first_row: Mapping[str, str | None]) -> str | None:
        """The finding with the first row's values; None where it names a value that is null."""
        known = {column: value for column, value in first_row.items() if value is not None}
        try:
            return self.finding.format_map(known)
        except KeyError:
            return None
