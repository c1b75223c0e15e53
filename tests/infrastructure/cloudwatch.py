"""Alarms of a synthesized template."""

import re
from typing import Any

from local.cloudwatch.alarms import Alarm
from tests.infrastructure.policies import text_of


def alarm_of(properties: dict[str, Any]) -> Alarm:
    """An alarm, with the references in its properties as text."""
    dimensions = [
        {"Name": one["Name"], "Value": text_of(one["Value"])}
        for one in properties.get("Dimensions", [])
    ]
    text = text_of(properties["AlarmDescription"])
    return Alarm({**properties, "AlarmDescription": text, "Dimensions": dimensions})


def promised(alarm: Alarm) -> int:
    """Minutes within which the alarm is raised, as its description says."""
    match = re.search(r"Raised within ([0-9]+) (minute|hour|day)s?", alarm.text)
    assert match, alarm.text
    return int(match[1]) * {"minute": 1, "hour": 60, "day": 24 * 60}[match[2]]
