"""Adds alarms that say what they mean and what to do first."""

from dataclasses import dataclass
from functools import partialmethod
from typing import Literal

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

from stacks.constructs.monitoring.topic import AlarmTopic
from stacks.constructs.names import camel

Missing = Literal["breaching", "not_breaching", "ignore"]
"""How periods without data count; `ignore` keeps the state until a function reports again."""


@dataclass(frozen=True)
class Text:
    """`meaning`, the time `within` which the alarm is raised, and the first action, `first`.

    Each is a sentence without its full stop; `within` is like `15 minutes`.
    """

    meaning: str
    first: str
    within: str = "15 minutes"

    def __str__(self) -> str:
        return f"{self.meaning}. Raised within {self.within}. First: {self.first}."


class Alarms(Construct):
    """The alarms of an environment; each sends ALARM and OK to the topic."""

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, topic: AlarmTopic
    ) -> None:
        super().__init__(scope, construct_id)
        self.all: list[cloudwatch.Alarm] = []
        self._prefix = prefix
        self._action = actions.SnsAction(topic)

    def _add(
        self,
        comparison: cloudwatch.ComparisonOperator,
        name: str,
        metric: cloudwatch.Metric,
        threshold: float,
        text: Text,
        *,
        periods: int = 1,
        missing: Missing = "ignore",
    ) -> None:
        """Raise the alarm if the comparison is true in all of the last `periods`."""
        alarm = cloudwatch.Alarm(
            self,
            camel(name.replace("-", "_")),
            alarm_name=f"{self._prefix}-{name}",
            alarm_description=str(text),
            metric=metric,
            threshold=threshold,
            comparison_operator=comparison,
            evaluation_periods=periods,
            datapoints_to_alarm=periods,
            treat_missing_data=cloudwatch.TreatMissingData[missing.upper()],
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.all.append(alarm)

    at_least = partialmethod(_add, cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
    less_than = partialmethod(_add, cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD)
