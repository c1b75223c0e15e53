"""Alarms about a function: errors, throttles, duration and memory."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from stacks.constructs.monitoring.alarms import Alarms, Text
from stacks.constructs.monitoring.metrics import HOUR, FunctionName, Metrics
from stacks.sections import Extract, Transform

MEMORY_PERCENT = 85

_THROTTLE_PERIOD = cdk.Duration.minutes(15)


def add_function_alarms(
    alarms: Alarms,
    metrics: Metrics,
    name: FunctionName,
    function: lambda_.IFunction,
    sizing: Extract | Transform,
    environment: str,
) -> None:
    errors = f"make logs ENV={environment} FUNCTION={name} FILTER='?ERROR ?REPORT'"
    alarms.at_least(
        f"{name}-errors",
        function.metric_errors(statistic="Sum", period=HOUR),
        1,
        Text(f"The {name} function failed, ran out of time or out of memory", errors),
    )
    alarms.at_least(
        f"{name}-throttles",
        function.metric_throttles(statistic="Sum", period=_THROTTLE_PERIOD),
        1,
        Text(
            f"Lambda has refused invocations of the {name} function for 45 minutes: the account's "
            "concurrency is used up",
            "look at the unreserved concurrency on the dashboard of the Lambda console",
            within="1 hour",
        ),
        periods=3,
        missing="not_breaching",
    )
    limit = longest_duration(sizing)
    alarms.at_least(
        f"{name}-duration",
        _duration(function),
        limit * 1000,
        Text(
            f"The {name} function ran for {limit} of at most {sizing.timeout_seconds} seconds",
            f"raise functions.{name}.timeout_seconds or memory_mb, and deploy",
        ),
    )
    alarms.at_least(
        f"{name}-memory",
        metrics.of(name, "MemoryUsed"),
        MEMORY_PERCENT,
        Text(
            f"The {name} function used {MEMORY_PERCENT} % of its {sizing.memory_mb} MB",
            f"raise functions.{name}.memory_mb, and deploy",
        ),
    )


def longest_duration(sizing: Extract | Transform) -> int:
    """Seconds that an invocation never takes unless something is wrong.

    The extract function stops a minute before its timeout.
    """
    if isinstance(sizing, Extract):
        return sizing.timeout_seconds - 15
    return sizing.timeout_seconds * 4 // 5


def _duration(function: lambda_.IFunction) -> cloudwatch.Metric:
    return function.metric_duration(statistic="Maximum", period=HOUR)
