"""The evaluator of alarms, on the example of AWS's documentation.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from typing import Any

import pytest

from local.cloudwatch.alarms import Alarm
from local.cloudwatch.samples import Samples

PROPERTIES: dict[str, Any] = {
    "AlarmName": "example",
    "AlarmDescription": "",
    "Namespace": "N",
    "MetricName": "M",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 3,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}


def alarm(treatment: str) -> Alarm:
    return Alarm({**PROPERTIES, "TreatMissingData": treatment}, look_back=2)


def samples(points: str) -> Samples:
    """The oldest first; X is breaching, 0 is not, - is missing."""
    found = Samples()
    for minute, point in enumerate(points.split()):
        if point != "-":
            found.add(alarm("ignore").key, minute, int(point == "X"))
    return found


@pytest.mark.parametrize(
    ("points", "ignore", "breaching", "not_breaching"),
    [
        ("0 - X - X", "OK", "OK", "OK"),
        ("- - - - 0", "OK", "OK", "OK"),
        ("- - - - -", "INSUFFICIENT_DATA", "ALARM", "OK"),
        ("0 X X - X", "ALARM", "ALARM", "ALARM"),
        ("- - X - -", "INSUFFICIENT_DATA", "ALARM", "OK"),
    ],
)
def test_missing_data_counts_as_documented(
    points: str, ignore: str, breaching: str, not_breaching: str
) -> None:
    """With three of three data points; a state that is retained is the first one here."""
    treatments = ("ignore", "breaching", "notBreaching")
    states = [next(alarm(one).states(samples(points), range(5, 6)))[1] for one in treatments]
    assert states == [ignore, breaching, not_breaching]


def test_metric_math_is_refused() -> None:
    with pytest.raises(AssertionError, match="metric math"):
        _ = Alarm({**PROPERTIES, "Metrics": []}).key
