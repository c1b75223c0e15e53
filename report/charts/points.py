"""The values of a chart: what the drawing needs of a result, and no more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from report.answers import Answer
from report.cells import shown
from report.columns import Column, Kind, columns_of
from report.links import id_column

CATEGORIES = 15
"""Maximum number of bars, and of rows and columns of a heat map of names."""

COLORS = 8
"""Maximum number of values that colors tell apart."""

_NAMED = 31
"""Maximum number of categories whose labels are short: days of a month, hours of a day."""

Value = str | float
Point = dict[str, Value]
"""Values by channel: `x`, `y` and perhaps `color`."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """`channels` are the columns of `x`, `y` and perhaps `color`.

    Days and times are Athena's text, numbers are numbers, everything else is a label.
    """

    kind: str
    channels: Mapping[str, Column]
    points: Sequence[Point]

    def is_quantity(self, channel: str) -> bool:
        return self.channels[channel].kind is Kind.NUMBER

    def is_moment(self, channel: str) -> bool:
        return self.channels[channel].kind in (Kind.DAY, Kind.TIME)

    @property
    def category(self) -> str | None:
        """The channel whose values the bars stand for; None for other charts."""
        if self.kind != "bar":
            return None
        return "y" if self.is_quantity("x") and not self.is_quantity("y") else "x"


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
    if not _shows_something(found):
        return None
    return _summed(_limited(_with_telling_colors(found)))


def _shows_something(found: Points) -> bool:
    """Whether there are several points, and a number other than zero among them."""
    measures = [channel for channel in found.channels if found.is_quantity(channel)]
    return len(found.points) > 1 and any(
        point[channel] for point in found.points for channel in measures
    )


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


def _limited(found: Points) -> Points:
    """The points of the first categories, all others as they are."""
    points = list(found.points)
    discrete = [found.category] if found.kind == "bar" else []
    if found.kind == "heat":
        discrete = ["x", "y"]
    for channel in discrete:
        assert channel
        kind = found.channels[channel].kind
        limit = CATEGORIES if kind is Kind.TEXT else _NAMED
        kept = set(_first(limit, (point[channel] for point in points)))
        points = [point for point in points if point[channel] in kept]
    return Points(kind=found.kind, channels=found.channels, points=points)


def _with_telling_colors(found: Points) -> Points:
    """Without colors if they tell nothing apart, or not enough: bars then carry both names."""
    if "color" not in found.channels or found.kind == "heat" or found.is_quantity("color"):
        return found
    colors = len({point["color"] for point in found.points})
    if 1 < colors <= COLORS:
        return found
    channels = {name: column for name, column in found.channels.items() if name != "color"}
    points = []
    for point in found.points:
        color = point.pop("color")
        if found.category and colors > COLORS:
            point[found.category] = f"{point[found.category]}, {color}"
        points.append(point)
    return Points(kind=found.kind, channels=channels, points=points)


def _summed(found: Points) -> Points:
    """With one point for each part of a bar: many small ones would leave seams in it."""
    if found.category is None:
        return found
    measure = "x" if found.category == "y" else "y"
    sums: dict[tuple[Value, ...], Point] = {}
    for point in found.points:
        part = tuple(value for channel, value in point.items() if channel != measure)
        total = float(point[measure]) + float(sums[part][measure] if part in sums else 0)
        sums[part] = {**point, measure: total}
    return Points(kind=found.kind, channels=found.channels, points=list(sums.values()))


def _first(limit: int, values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))[:limit]
