"""Resumes a run later: a one-time EventBridge Scheduler entry that deletes itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from spotify_pipeline.environment import LONGEST_DELAY_SECONDS
from spotify_pipeline.extract import clock
from spotify_pipeline.keys import resume_name

if TYPE_CHECKING:
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_scheduler.type_defs import TargetTypeDef

    from spotify_pipeline.environment import ExtractEnvironment
    from spotify_pipeline.extract.event import RunRequest

_SOONEST = timedelta(seconds=60)
_EXPRESSION = "at(%Y-%m-%dT%H:%M:%S)"


class ForeignEntryError(Exception):
    """An entry of the resume's name starts something else, so the run is not resumed."""


class Resumer:
    """Schedules the next attempts at a run in the environment's schedule group."""

    def __init__(
        self,
        scheduler: EventBridgeSchedulerClient,
        function_arn: str,
        environment: ExtractEnvironment,
    ) -> None:
        self._scheduler = scheduler
        self._function_arn = function_arn
        self._environment = environment

    def schedule(self, request: RunRequest, attempt: int, at: datetime) -> datetime | None:
        """Schedule the attempt after `attempt`; return its time, or None if none is left.

        Raises ForeignEntryError.
        """
        if attempt > self._environment.resumes:
            return None
        at = max(at, clock.utc_now() + _SOONEST).replace(microsecond=0)
        name = resume_name(request.run_id, attempt + 1)
        target = self._target(msgspec.structs.replace(request, attempt=attempt + 1))
        try:
            self._scheduler.create_schedule(
                GroupName=self._environment.schedule_group,
                Name=name,
                ScheduleExpression=at.strftime(_EXPRESSION),
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target=target,
            )
        except self._scheduler.exceptions.ConflictException:
            return self._time_of_existing(name, target)
        return at

    def _target(self, request: RunRequest) -> TargetTypeDef:
        target: TargetTypeDef = {
            "Arn": self._function_arn,
            "RoleArn": self._environment.resume_role_arn,
            "Input": msgspec.json.encode(request).decode(),
            "RetryPolicy": {"MaximumEventAgeInSeconds": LONGEST_DELAY_SECONDS},
        }
        if self._environment.failed_runs_arn:
            target["DeadLetterConfig"] = {"Arn": self._environment.failed_runs_arn}
        return target

    def _time_of_existing(self, name: str, target: TargetTypeDef) -> datetime:
        """The time of the entry that a concurrent attempt has created."""
        group = self._environment.schedule_group
        entry = self._scheduler.get_schedule(GroupName=group, Name=name)
        found = entry["Target"]
        if (found["Arn"], found.get("Input")) != (target["Arn"], target["Input"]):
            raise ForeignEntryError(
                f"The run is not resumed: the entry {name} of the schedule group {group} exists "
                f"and invokes {found['Arn']} with another event; delete it with: "
                f"aws scheduler delete-schedule --group-name {group} --name {name}"
            )
        at = datetime.strptime(entry["ScheduleExpression"], _EXPRESSION)
        return at.replace(tzinfo=UTC)
