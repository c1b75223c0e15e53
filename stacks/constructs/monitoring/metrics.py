"""The metrics that alarms and the dashboard read."""

from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

HOUR = cdk.Duration.hours(1)
DAY = cdk.Duration.days(1)
MINUTES = cdk.Duration.minutes(5)

FunctionName = Literal["extract", "transform"]
Statistic = Literal["Sum", "Maximum", "Minimum"]


class Metrics:
    """The metrics that the functions of an environment emit, in its own namespace."""

    def __init__(self, environment: str) -> None:
        self._namespace = f"spotify-{environment}"

    def of(
        self,
        function: FunctionName,
        name: str,
        *,
        statistic: Statistic = "Maximum",
        period: cdk.Duration = HOUR,
        schedule: str | None = None,
        label: str | None = None,
    ) -> cloudwatch.Metric:
        dimensions: dict[str, str] = {"service": function}
        if schedule:
            dimensions["schedule"] = schedule
        return cloudwatch.Metric(
            namespace=self._namespace,
            metric_name=name,
            dimensions_map=dimensions,
            statistic=statistic,
            period=period,
            label=label,
        )
