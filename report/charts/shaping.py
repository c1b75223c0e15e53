"""Shapes the points of a chart so that people can read it."""

from collections.abc import Iterable

from report.charts.points import Point, Points, Value
from report.columns import Kind

CATEGORIES = 15
"""Maximum number of bars, and of rows and columns of a heat map of names."""

COLORS = 8
"""Maximum number of values that colors tell apart."""

_NAMED = 31
"""Maximum number of categories whose labels are short: days of a month, hours of a day."""


def shows_something(found: Points) -> bool:
    """Whether there are several points, and a number other than zero among them."""
    measures = [channel for channel in found.channels if found.is_quantity(channel)]
    return len(found.points) > 1 and any(
        point[channel] for point in found.points for channel in measures
    )


def readable(found: Points) -> Points:
    """The points with telling colors, few bars, and one point for each part of a bar."""
    return _summed(_limited(_with_telling_colors(found)))


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
    measure = found.measure
    if measure is None or not found.is_quantity(measure):
        return found
    sums: dict[tuple[Value, ...], Point] = {}
    for point in found.points:
        part = tuple(value for channel, value in point.items() if channel != measure)
        total = float(point[measure]) + float(sums[part][measure] if part in sums else 0)
        sums[part] = {**point, measure: total}
    return Points(kind=found.kind, channels=found.channels, points=list(sums.values()))


def _first(limit: int, values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))[:limit]
