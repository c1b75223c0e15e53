"""The values of a chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report.columns import Column, Kind

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

    @property
    def measure(self) -> str | None:
        """The channel with the length of the bars; None for other charts."""
        return {"x": "y", "y": "x", None: None}[self.category]
