"""Evaluates alarms as CloudWatch does, on samples of their metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

import operator
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from local.cloudwatch.samples import STATISTICS, Key, Samples

LOOK_BACK = 3
"""Periods that CloudWatch reads besides those that it evaluates, for data to fill gaps with.

It does not document how many; its example reads five for three evaluated ones.
"""

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}


@dataclass(frozen=True)
class Alarm:
    """An alarm by its properties, as a template has them or DescribeAlarms returns them."""

    properties: dict[str, Any]
    look_back: int = LOOK_BACK

    @property
    def name(self) -> str:
        return str(self.properties["AlarmName"])

    @property
    def text(self) -> str:
        return str(self.properties["AlarmDescription"])

    @property
    def key(self) -> Key:
        """The metric. An alarm on a metric math expression has none, and is refused."""
        assert "Metrics" not in self.properties, f"{self.name} has metric math"
        dimensions = self.properties.get("Dimensions", [])
        return (
            self.properties["Namespace"],
            self.properties["MetricName"],
            tuple(sorted((one["Name"], one["Value"]) for one in dimensions)),
        )

    def states(self, samples: Samples, minutes: range) -> Iterator[tuple[int, State]]:
        """The state after each evaluation, at these minutes."""
        series = _Series(samples.values.get(self.key, {}))
        state: State = "INSUFFICIENT_DATA"
        for minute in minutes:
            state = self._evaluate(series, minute, state)
            yield minute, state

    def _evaluate(self, series: "_Series", minute: int, before: State) -> State:
        properties = self.properties
        periods, needed = properties["EvaluationPeriods"], properties["DatapointsToAlarm"]
        length = properties["Period"] // 60
        statistic = STATISTICS[properties["Statistic"]]
        found: list[float] = []
        for number in range(periods + self.look_back):
            values = series.between(minute - (number + 1) * length, minute - number * length)
            if values:
                found.append(statistic(values))
        newest = found[:periods]
        breaches = _COMPARISONS[properties["ComparisonOperator"]]
        breaching = sum(breaches(value, properties["Threshold"]) for value in newest)
        missing = periods - len(newest)
        return _state(breaching, missing, needed, periods, properties["TreatMissingData"], before)


def _state(
    breaching: int, missing: int, needed: int, periods: int, treatment: str, before: State
) -> State:
    """`missing` data points count as the treatment says; the state stays if they decide it."""
    if treatment == "breaching":
        breaching, missing = breaching + missing, 0
    if breaching >= needed:
        return "ALARM"
    if treatment == "notBreaching" or breaching + missing < needed:
        return "OK"
    return before


class _Series:
    def __init__(self, points: dict[int, float]) -> None:
        self._minutes = sorted(points)
        self._values = [points[minute] for minute in self._minutes]

    def between(self, since: int, until: int) -> list[float]:
        first, last = bisect_left(self._minutes, since), bisect_left(self._minutes, until)
        return self._values[first:last]
