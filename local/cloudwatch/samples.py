"""Samples of metrics."""

from collections.abc import Callable
from dataclasses import dataclass, field

Key = tuple[str, str, tuple[tuple[str, str], ...]]
"""A metric: namespace, name and dimensions, sorted."""


STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Maximum": max,
    "Minimum": min,
}


@dataclass
class Samples:
    """Values of metrics by minute."""

    values: dict[Key, dict[int, float]] = field(default_factory=dict)

    def add(self, key: Key, minute: int, value: float) -> None:
        self.values.setdefault(key, {})[minute] = value

    def remove(self, key: Key, since: int, until: int) -> None:
        points = self.values[key]
        self.values[key] = {m: v for m, v in points.items() if not since <= m < until}

    def by_period(self, key: Key, minutes: int, statistic: str) -> dict[int, float]:
        """The statistic of each period that has values, by its first minute."""
        periods: dict[int, list[float]] = {}
        for minute, value in sorted(self.values.get(key, {}).items()):
            periods.setdefault(minute - minute % minutes, []).append(value)
        return {minute: STATISTICS[statistic](values) for minute, values in periods.items()}

    def copy(self) -> "Samples":
        return Samples({key: dict(points) for key, points in self.values.items()})
