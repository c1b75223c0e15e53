"""Metrics of an invocation, from its log."""

import json
from typing import Any

from local.cloudwatch.invocations import embedded_metrics, metrics_of

START = "START RequestId: 1 Version: $LATEST"
REPORT = "REPORT RequestId: 1\tDuration: 319.5 ms\tBilled Duration: 320 ms\tMemory Size: 512 MB"
FUNCTION = (("FunctionName", "extract"),)


def line(values: dict[str, Any], *dimensions: list[str]) -> dict[str, Any]:
    directive = {
        "Namespace": "N",
        "Dimensions": dimensions,
        "Metrics": [{"Name": "M", "Unit": "Count"}],
    }
    return {"_aws": {"Timestamp": 1, "CloudWatchMetrics": [directive]}, **values}


def of_lambda(*lines: str) -> dict[str, float]:
    found = dict(metrics_of("extract", [START, *lines, REPORT]))
    return {name: value for (namespace, name, of), value in found.items() if of == FUNCTION}


def test_each_set_of_dimensions_is_a_metric() -> None:
    found = embedded_metrics(line({"M": [2.0], "b": "y", "a": "x"}, ["b", "a"], ["a"]))
    assert list(found) == [
        (("N", "M", (("a", "x"), ("b", "y"))), 2.0),
        (("N", "M", (("a", "x"),)), 2.0),
    ]


def test_a_value_is_a_number_or_a_list_of_numbers() -> None:
    assert [value for _, value in embedded_metrics(line({"M": [1, 2]}, []))] == [1, 2]
    assert [value for _, value in embedded_metrics(line({"M": 3}, []))] == [3]


def test_other_log_lines_are_no_metrics() -> None:
    assert list(embedded_metrics({"level": "INFO", "M": 1})) == []


def test_the_report_line_has_the_duration() -> None:
    logged = json.dumps({"level": "ERROR", "exception": "Traceback (most recent call last):"})
    assert of_lambda(logged) == {"Duration": 319.5, "Errors": 0, "Throttles": 0}


def test_an_error_of_the_handler_is_counted_once() -> None:
    trace = ["Traceback (most recent call last):", "ValueError: invalid"]
    assert of_lambda(*trace, "", *trace)["Errors"] == 1
    assert of_lambda("2026-03-01T06:15:00Z 1 Task timed out after 900.00 seconds")["Errors"] == 1
