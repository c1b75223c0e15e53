"""The part of the page about one saved query."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from operations.athena.cost import usd
from operations.terminal import one_line
from report.answers import Answer
from report.cells import isolated, shown
from report.charts.points import Points
from report.charts.reading import points_of
from report.columns import Kind, columns_of
from report.tables import Table, table_of

_CHART_NAMES = {
    "bar": "Bar chart",
    "heat": "Heat map",
    "line": "Line chart",
    "point": "Scatter plot",
}


@dataclass(frozen=True, kw_only=True)
class Section:
    """What the page says about an answer.

    A failed query has a failure, and one that did not run has neither failure nor table. A result
    without rows has a table without rows.
    """

    answer: Answer
    finding: str | None = None
    chart: Markup | None = None
    table: Table | None = None

    @property
    def failure(self) -> str | None:
        return one_line(self.answer.failure) if self.answer.failure else None

    @property
    def values(self) -> Sequence[tuple[str, str]]:
        return [(name, one_line(value)) for name, value in self.answer.values.items()]

    @property
    def reading(self) -> Markup:
        """How to read the result, with the headings of the columns that it names."""
        headings = (
            {column.name: column.heading for column in self.table.columns} if self.table else {}
        )
        parts = self.answer.query.reading.split("`")
        named = Markup("<q>{}</q>")
        return Markup("").join(
            named.format(headings.get(part, part)) if n % 2 else part
            for n, part in enumerate(parts)
        )

    @property
    def usd(self) -> float:
        """The estimated price of the query."""
        return usd(self.answer.result.bytes_scanned) if self.answer.result else 0.0


def section_of(answer: Answer) -> Section:
    if answer.result is None:
        return Section(answer=answer)
    return Section(
        answer=answer, finding=_finding(answer), chart=_chart(answer), table=table_of(answer)
    )


def _finding(answer: Answer) -> str | None:
    assert answer.result
    if not answer.result.rows:
        return None
    first = answer.records[0]
    values = {
        column.name: _in_sentence(first[column.name], column.kind)
        for column in columns_of(answer.result)
    }
    return answer.query.finding_in(values)


def _in_sentence(value: str | None, kind: Kind) -> str | None:
    if value is None:
        return None
    text = shown(value, kind)
    return isolated(text) if kind is Kind.TEXT else text


def _chart(answer: Answer) -> Markup | None:
    points = points_of(answer)
    if points is None:
        return None
    # Loading Altair takes a second: a page without charts does without.
    from report.charts.picture import picture  # noqa: PLC0415

    return picture(
        points,
        name=answer.query.name,
        title=answer.query.title,
        description=_description(points),
    )


def _description(points: Points) -> str:
    headings = [column.heading for column in points.channels.values()]
    return f"{_CHART_NAMES[points.kind]} of {', '.join(headings)}. The table has the values."
