"""The dashboard of an environment: whether everything is well, at a glance."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.configuration import Configuration
from stacks.constructs.monitoring.alarms import Alarms
from stacks.constructs.monitoring.functions import MEMORY_PERCENT
from stacks.constructs.monitoring.metrics import (
    DAY,
    HOUR,
    MINUTES,
    FunctionName,
    Metrics,
    Statistic,
)
from stacks.constructs.monitoring.runs import AUTHORISATION_DAYS

_FUNCTIONS: tuple[FunctionName, ...] = ("extract", "transform")
_WIDTH = 24
_HALF = 12


class PipelineDashboard(Construct):
    """`spotify-<env>`: alarms on top, then runs, data, Spotify, queues and functions."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        configuration: Configuration,
        metrics: Metrics,
        alarms: Alarms,
        functions: Mapping[str, lambda_.IFunction],
        queues: Mapping[str, sqs.IQueue],
    ) -> None:
        super().__init__(scope, construct_id)
        self._metrics = metrics
        cloudwatch.Dashboard(
            self,
            "Resource",
            dashboard_name=f"spotify-{configuration.environment}",
            default_interval=cdk.Duration.days(14),
            widgets=[
                [
                    cloudwatch.AlarmStatusWidget(
                        title="Alarms: all must be OK", alarms=alarms.all, width=_WIDTH, height=5
                    )
                ],
                [self._runs(configuration), self._shares(configuration)],
                [self._entries(), self._rejected()],
                [self._calls(configuration), self._authorisation()],
                [_queue_sizes(queues), _age(queues["raw parts"])],
                [_durations(functions), self._memory()],
            ],
        )

    def _runs(self, configuration: Configuration) -> cloudwatch.IWidget:
        return _graph(
            "Complete runs a day",
            [
                self._extract("RunsCompleted", statistic="Sum", schedule=name)
                for name in configuration.schedules
            ],
            view=cloudwatch.GraphWidgetView.BAR,
        )

    def _shares(self, configuration: Configuration) -> cloudwatch.IWidget:
        return _graph(
            "Entries that a run can read, in percent of the last seven runs",
            [
                self._extract("EntriesOfUsual", statistic="Minimum", schedule=name)
                for name in configuration.schedules
            ],
            lines={50: "less than half"},
        )

    def _entries(self) -> cloudwatch.IWidget:
        return _graph(
            "Entries received and rows stored a day",
            [
                self._metrics.of("transform", name, statistic="Sum", period=DAY, label=name)
                for name in ("EntriesReceived", "RowsStored")
            ],
        )

    def _rejected(self) -> cloudwatch.IWidget:
        names = ("RowsRejected", "FieldsLost", "FieldsMissing")
        return _graph(
            "Rows rejected, and columns without their field, a day",
            [
                self._metrics.of("transform", name, statistic="Sum", period=DAY, label=name)
                for name in names
            ],
        )

    def _calls(self, configuration: Configuration) -> cloudwatch.IWidget:
        return _graph(
            "API calls in 24 hours",
            [self._extract("CallsLast24Hours")],
            lines={configuration.spotify.daily_calls: "spotify.daily_calls"},
        )

    def _authorisation(self) -> cloudwatch.IWidget:
        lines = {days: f"{days} days" for days in AUTHORISATION_DAYS}
        return _graph(
            "Days since the user's authorisation",
            [self._extract("GrantAgeDays")],
            lines=lines | {180: "it expires about here"},
        )

    def _memory(self) -> cloudwatch.IWidget:
        return _graph(
            "Memory, in percent of the function's",
            [self._metrics.of(name, "MemoryUsed", label=name) for name in _FUNCTIONS],
            lines={MEMORY_PERCENT: "alarm"},
        )

    def _extract(
        self, name: str, *, statistic: Statistic = "Maximum", schedule: str | None = None
    ) -> cloudwatch.Metric:
        return self._metrics.of(
            "extract",
            name,
            statistic=statistic,
            period=DAY,
            schedule=schedule,
            label=schedule or name,
        )


def _queue_sizes(queues: Mapping[str, sqs.IQueue]) -> cloudwatch.IWidget:
    return _graph(
        "Messages in the queues",
        [
            queue.metric_approximate_number_of_messages_visible(
                statistic="Maximum", period=MINUTES, label=name
            )
            for name, queue in queues.items()
        ],
    )


def _age(raw_parts: sqs.IQueue) -> cloudwatch.IWidget:
    age = raw_parts.metric_approximate_age_of_oldest_message(
        statistic="Maximum", period=MINUTES, label="seconds"
    )
    return _graph("Age of the oldest raw part in the queue", [age])


def _durations(functions: Mapping[str, lambda_.IFunction]) -> cloudwatch.IWidget:
    return _graph(
        "Longest duration of the functions, in milliseconds",
        [
            function.metric_duration(statistic="Maximum", period=HOUR, label=name)
            for name, function in functions.items()
        ],
    )


def _graph(
    title: str,
    metrics: list[cloudwatch.Metric],
    *,
    lines: Mapping[int, str] | None = None,
    view: cloudwatch.GraphWidgetView = cloudwatch.GraphWidgetView.TIME_SERIES,
) -> cloudwatch.IWidget:
    """Half a row, with horizontal lines at these values."""
    annotations = [
        cloudwatch.HorizontalAnnotation(value=value, label=label)
        for value, label in (lines or {}).items()
    ]
    return cloudwatch.GraphWidget(
        title=title,
        left=list(metrics),
        left_annotations=annotations,
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        view=view,
        width=_HALF,
    )
