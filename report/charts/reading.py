"""Reads the values of a chart from a result."""

from collections.abc import Iterator, Mapping

from report.answers import Answer
from report.cells import shown
from report.charts.points import Point, Points
from report.charts.shaping import readable, shows_something
from report.columns import Column, Kind, columns_of
from report.links import id_column


def points_of(answer: Answer) -> Points | None:
    """The points of the chart; None if the head asks for none, or there is nothing to draw."""
    chart = answer.query.chart
    if chart.kind == "none" or answer.result is None:
        return None
    by_name = {column.name: column for column in columns_of(answer.result)}
    asked = {"x": chart.x, "y": chart.y, "color": chart.color}
    channels = {channel: by_name[name] for channel, name in asked.items() if name}
    found = Points(
        kind=chart.kind, channels=channels, points=list(_points(answer, channels, list(by_name)))
    )
    return readable(found) if shows_something(found) else None


def _points(answer: Answer, channels: Mapping[str, Column], columns: list[str]) -> Iterator[Point]:
    """The rows that have all of the chart's numbers, days and times."""
    labels = {channel: _Labels() for channel in channels}
    ids = {channel: id_column(column.name, columns) for channel, column in channels.items()}
    for record in answer.records:
        if any(record[one.name] is None for one in channels.values() if one.kind in _MEASURED):
            continue
        point: Point = {}
        for channel, column in channels.items():
            value = record[column.name]
            if column.kind is Kind.NUMBER:
                point[channel] = float(str(value))
            elif column.kind in _MEASURED:
                point[channel] = str(value)
            else:
                identity = record.get(ids[channel] or "")
                point[channel] = labels[channel].of(shown(value, column.kind), identity)
        yield point


_MEASURED = (Kind.NUMBER, Kind.DAY, Kind.TIME)


class _Labels:
    """Different labels for different ids with the same name."""

    def __init__(self) -> None:
        self._ids: dict[str, list[str | None]] = {}

    def of(self, name: str, identity: str | None) -> str:
        known = self._ids.setdefault(name, [])
        if identity not in known:
            known.append(identity)
        place = known.index(identity)
        return f"{name} ({place + 1})" if place else name
