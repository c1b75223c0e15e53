"""The whole dashboard as one SVG picture, its widgets where the dashboard has them."""

import json
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import altair as alt
import vl_convert

from docs.dashboard.fortnight import Watched
from docs.dashboard.graphs import FONT, GREY, INK, Layers, alarm_grid, graph

FILE = Path(__file__).parents[1] / "images" / "dashboard.svg"

_FRACTION = re.compile(r"(\d\.\d\d)\d+")
"""Digits of a pixel that are not visible."""

_UNIT_WIDTH, _UNIT_HEIGHT = 50, 38
_GAP = 6
_TITLE_HEIGHT = 34
_PADDING = 14
_HEADER_HEIGHT = 48


def draw(watched: Watched) -> str:
    widgets = watched.dashboard["widgets"]
    width = max(one["x"] + one["width"] for one in widgets) * _UNIT_WIDTH
    height = max(one["y"] + one["height"] for one in widgets) * _UNIT_HEIGHT + _HEADER_HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="{FONT}">',
        f'<rect width="{width}" height="{height}" fill="#f2f3f3"/>',
        f'<text x="{_PADDING}" y="31" font-size="20" font-weight="bold" fill="{INK}">'
        "spotify-local</text>",
        f'<text x="{width - _PADDING}" y="31" font-size="13" fill="{GREY}" text-anchor="end">'
        f"{watched.days} days, UTC</text>",
        *(_widget(one, watched) for one in widgets),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _widget(widget: dict[str, Any], watched: Watched) -> str:
    """A white card with its title and chart."""
    properties = widget["properties"]
    x = widget["x"] * _UNIT_WIDTH + _GAP
    y = widget["y"] * _UNIT_HEIGHT + _HEADER_HEIGHT
    width = widget["width"] * _UNIT_WIDTH - 2 * _GAP
    height = widget["height"] * _UNIT_HEIGHT - 2 * _GAP
    is_alarms = widget["type"] == "alarm"
    chart = (alarm_grid if is_alarms else graph)(properties, watched)
    inner = _svg(chart, width - 2 * _PADDING, height - _TITLE_HEIGHT - _PADDING // 2)
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="white" '
        f'stroke="#d5dbdb"/>\n<text x="{x + _PADDING}" y="{y + 22}" font-size="14" '
        f'font-weight="bold" fill="{INK}">{escape(properties["title"])}</text>\n'
        f'<g transform="translate({x + _PADDING},{y + _TITLE_HEIGHT})">\n{inner}\n</g>'
    )


def _svg(chart: Layers, width: int, height: int) -> str:
    """The chart as an SVG element of that size, its axes and legend included."""
    sized = chart.properties(
        width=width, height=height, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    )
    styled = (
        sized.configure(background="white", padding=2, font=FONT, aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelColor=GREY, domainColor="#aab7b8", tickColor="#aab7b8")
        .configure_axisY(gridColor="#eaeded", domain=False, ticks=False, tickCount=5, tickMinStep=1)
        .configure_legend(labelColor=INK, labelFontSize=12, padding=0, offset=6)
    )
    svg = str(vl_convert.vegalite_to_svg(json.loads(styled.to_json())))
    # Texts inherit the font of the whole picture.
    return _FRACTION.sub(r"\1", svg.replace(f' font-family="{FONT}"', ""))
