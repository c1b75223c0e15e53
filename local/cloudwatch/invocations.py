"""The metrics of an invocation, from its log.

The emulator keeps the log of each invocation but makes no metrics of it, except of synchronous
invocations. CloudWatch makes
* a metric of each line in the embedded metric format,
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
* Lambda's `Duration`, the one of the REPORT line, `Errors` and `Throttles`,
  https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from local.cloudwatch.samples import Key

Metric = tuple[Key, float]

_DURATION = re.compile(r"REPORT .*?\tDuration: ([0-9.]+) ms")
_ERROR = re.compile(r"Traceback \(most recent call last\):|.*Task timed out after")
"""Lines of an error that the handler raised; those that it logs are JSON."""


def metrics_of(function: str, lines: Iterable[str]) -> Iterator[Metric]:
    """The metrics of one invocation of a function, by the messages in its log."""
    errors = 0
    for line in lines:
        if line.startswith("{"):
            yield from embedded_metrics(json.loads(line))
        elif found := _DURATION.match(line):
            yield _of_lambda(function, "Duration"), float(found[1])
        elif _ERROR.match(line):
            errors = 1
    yield _of_lambda(function, "Errors"), errors
    yield _of_lambda(function, "Throttles"), 0


def embedded_metrics(line: dict[str, Any]) -> Iterator[Metric]:
    """The values of a log line in the embedded metric format; none for another line.

    Each set of dimensions is a metric of its own. A value is a number or a list of numbers.
    """
    for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
        for names in directive["Dimensions"]:
            dimensions = tuple(sorted((name, str(line[name])) for name in names))
            for metric in directive["Metrics"]:
                key = (directive["Namespace"], metric["Name"], dimensions)
                values = line[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    yield key, value


def _of_lambda(function: str, name: str) -> Key:
    return "AWS/Lambda", name, (("FunctionName", function),)
