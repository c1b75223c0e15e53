"""Schedules on the emulator, whose Scheduler knows neither time zones nor the scheduled time."""

import json
from typing import Any

import msgspec
import pytest

from local.deployment import adapted
from local.gateway.scheduled_time import with_scheduled_time
from local.pipeline import Pipeline
from operations.deployment import Deployment
from stacks.configuration import load

FIRED = {"Time": 1_772_344_807.9}


def test_a_schedule_fires_with_the_minute_of_its_time() -> None:
    event = {"time": "<aws.scheduler.scheduled-time>", "schedule": "daily"}
    target = with_scheduled_time({"Arn": "function", "Input": json.dumps(event)}, FIRED)
    assert target["Arn"] == "function"
    assert json.loads(target["Input"]) == {"time": "2026-03-01T06:00:00Z", "schedule": "daily"}


@pytest.mark.parametrize("target", [{"Arn": "queue"}, {"Arn": "function", "Input": "{}"}])
def test_other_targets_are_invoked_as_they_are(target: dict[str, Any]) -> None:
    assert with_scheduled_time(target, {}) == target


@pytest.mark.parametrize(("zone", "state"), [("UTC", "ENABLED"), ("Europe/Berlin", "DISABLED")])
def test_only_schedules_in_utc_fire_on_the_emulator(zone: str, state: str) -> None:
    properties = {"ScheduleExpressionTimezone": zone, "State": "ENABLED", "Name": "daily"}
    schedule = {"Type": "AWS::Scheduler::Schedule", "Properties": properties}
    assert adapted(schedule)["Properties"] == {**properties, "State": state}


def test_a_paused_schedule_is_not_extracted(monkeypatch: pytest.MonkeyPatch) -> None:
    daily = load("local", {}).schedules["daily"]
    paused = msgspec.structs.replace(daily, enabled=False)
    configuration = msgspec.structs.replace(
        load("local", {}), schedules={"daily": daily, "paused": paused}
    )
    outputs = dict.fromkeys(("BucketName", "QueueUrl", "DeadLetterQueueUrl"), "")
    invoked: list[dict[str, Any]] = []
    monkeypatch.setattr(Pipeline, "invoke", lambda _, event: invoked.append(event))
    access = {"region_name": "us-east-1"}
    Pipeline(Deployment(outputs, configuration, access)).extract("2026-03-01")
    assert [event["schedule"] for event in invoked] == ["daily"]
