"""A chart as an SVG element of the page."""

import re

import vl_convert
from markupsafe import Markup

from report.charts.colors import with_properties
from report.charts.drawing import specification
from report.charts.points import Points

_OPENING = re.compile(
    r'<svg [^>]*?width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)" viewBox="(?P<box>[\d. ]+)">'
)
# The page has its own font and size, and a table for screen readers.
_NEEDLESS = re.compile(r' (?:font-family|font-size|class|aria-[a-z]+|role|xmlns:xlink)="[^"]*"')
_TAG = re.compile(r"<[^>]*>")
_FRACTION = re.compile(r"(\.\d)\d+")


def picture(found: Points, *, name: str, title: str, description: str) -> Markup:
    """The chart as SVG that a screen reader announces by title and description.

    `name` makes the ids of both unique within the page.
    """
    svg = str(vl_convert.vegalite_to_svg(specification(found)))
    opening = _OPENING.match(svg)
    assert opening, "Vega draws another kind of SVG element"
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" '
        'viewBox="{box}" aria-labelledby="{name}-title {name}-description">'
        '<title id="{name}-title">{title}</title>'
        '<desc id="{name}-description">{description}</desc>'
    ).format(**opening.groupdict(), name=name, title=title, description=description)
    return head + Markup(_slim(svg[opening.end() :]))  # noqa: S704 - Vega has escaped the texts


def _slim(body: str) -> str:
    """The elements with fewer attributes and digits. Texts stay as they are."""
    return _TAG.sub(lambda tag: _slim_tag(tag[0]), body)


def _slim_tag(tag: str) -> str:
    return _FRACTION.sub(r"\1", with_properties(_NEEDLESS.sub("", tag)))
