"""Draws the points of a chart with Altair, as a picture that scales with the page."""

import calendar
from typing import Any

import altair as alt

from report.cells import shown
from report.charts.colors import ACCENT, GRID, INK, QUIET, SERIES, STEPS
from report.charts.points import Point, Points
from report.columns import Kind

WIDTH = 360
"""Width in pixels: that of a phone. On wider screens the page enlarges the picture."""

_HEIGHT = 200
_BAR = 19
_LABELS = 180
# Fonts differ in width: a seventh more than the page's 11 pixels keeps labels within the picture.
_FONT_SIZE = 12.5
_WEEKDAYS = list(calendar.day_name)
_CHANNELS: dict[str, Any] = {"x": alt.X, "y": alt.Y}
_MARKS: dict[str, dict[str, Any]] = {
    "bar": {"type": "bar"},
    "heat": {"type": "rect"},
    "line": {"type": "line", "point": True, "strokeWidth": 2},
    "point": {"type": "point", "filled": True, "size": 45, "opacity": 0.8},
}


def specification(found: Points) -> dict[str, Any]:
    """The chart in Vega-Lite's form."""
    encodings = {channel: _axis(found, channel) for channel in ("x", "y")}
    if "color" in found.channels:
        encodings["color"] = _color(found)
    chart = (
        alt.Chart(alt.InlineData(values=_ordered(found)), mark=alt.MarkDef(**_mark(found)))
        .encode(**encodings)
        .properties(
            width=WIDTH,
            height=alt.Step(_BAR) if _has_rows(found) else _HEIGHT,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .configure(background="transparent", padding=2, aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=QUIET,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelFontSize=_FONT_SIZE,
            titleFontSize=_FONT_SIZE,
            titleFontWeight="normal",
            labelLimit=_LABELS,
        )
        .configure_legend(
            labelColor=INK,
            titleColor=QUIET,
            labelFontSize=_FONT_SIZE,
            titleFontSize=_FONT_SIZE,
            titleFontWeight="normal",
            labelLimit=_LABELS,
            gradientStrokeColor=GRID,
            orient="top",
            direction="horizontal",
            columns=2,
        )
    )
    drawn: dict[str, Any] = chart.to_dict()
    return drawn


def _mark(found: Points) -> dict[str, Any]:
    color = {} if "color" in found.channels else {"color": ACCENT}
    return {**_MARKS[found.kind], **color}


def _has_rows(found: Points) -> bool:
    """Whether each label of the vertical axis has a row of its own."""
    return found.kind == "heat" or found.category == "y"


def _axis(found: Points, channel: str) -> Any:
    encoding, title = _CHANNELS[channel], found.channels[channel].heading
    if _is_named(found, channel):
        # Names speak for themselves.
        headed = None if found.channels[channel].kind is Kind.TEXT else title
        axis = alt.Axis(**_label_options(found, channel))
        order = _order(found, channel)
        return encoding(f"{channel}:N", sort=order, title=headed, axis=axis)
    if found.is_moment(channel):
        scale, axis = alt.Scale(type="utc"), alt.Axis(format="%-d %b", tickCount=5)
        return encoding(f"{channel}:T", title=title, scale=scale, axis=axis)
    step = 1 if _are_whole(found, channel) else alt.Undefined
    return encoding(f"{channel}:Q", title=title, axis=alt.Axis(tickCount=5, tickMinStep=step))


def _label_options(found: Points, channel: str) -> dict[str, Any]:
    """A heat map has a label for each column, other charts as many as there is space for."""
    if channel == "y":
        return {}
    if found.kind == "heat":
        return {"labelAngle": -90, "labelOverlap": False}
    return {"labelAngle": -45, "labelOverlap": "greedy"}


def _are_whole(found: Points, channel: str) -> bool:
    return all(float(point[channel]).is_integer() for point in found.points)


def _is_continuous(found: Points, channel: str) -> bool:
    return found.is_quantity(channel) or found.is_moment(channel)


def _color(found: Points) -> alt.Color:
    title = found.channels["color"].heading
    if found.is_quantity("color"):
        scale = alt.Scale(type="quantize", range=STEPS)
        return alt.Color("color:Q", title=title, scale=scale)
    return alt.Color("color:N", title=title, sort=None, scale=alt.Scale(range=SERIES))


def _ordered(found: Points) -> list[Point]:
    """Names in the order of the rows, everything else in its own order."""
    points = list(found.points)
    for channel in ("y", "x"):
        if found.channels[channel].kind is not Kind.TEXT and channel != found.measure:
            points.sort(key=lambda point: _sorting(point[channel]))
    return [_labelled(found, point) for point in points]


def _order(found: Points, channel: str) -> list[Any] | None:
    """The labels of an axis in their own order; None for names, which keep that of the rows."""
    if found.channels[channel].kind is Kind.TEXT:
        return None
    values = sorted({point[channel] for point in found.points}, key=_sorting)
    return [_labelled(found, {channel: value})[channel] for value in values]


def _labelled(found: Points, point: Point) -> Point:
    """The point with the days on an axis of names as people read them."""
    kinds = {
        channel: found.channels[channel].kind for channel in point if _is_named(found, channel)
    }
    return point | {
        channel: shown(str(point[channel]), kind)
        for channel, kind in kinds.items()
        if kind is Kind.DAY
    }


def _is_named(found: Points, channel: str) -> bool:
    """Whether each value of the channel has a label of its own."""
    return found.category == channel or found.kind == "heat" or not _is_continuous(found, channel)


def _sorting(value: str | float) -> tuple[int, float, str]:
    """Numbers before text, of which some is a number too; days of the week from Monday."""
    if value in _WEEKDAYS:
        return 0, _WEEKDAYS.index(str(value)), ""
    try:
        return 0, float(value), ""
    except ValueError:
        return 1, 0.0, str(value)
