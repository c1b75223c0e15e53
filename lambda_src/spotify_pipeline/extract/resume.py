"""Resumes a run later: a one-time EventBridge Scheduler entry that deletes itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import ClientError

from spotify_pipeline.extract import clock
from spotify_pipeline.keys import RESUME_PREFIX

if TYPE_CHECKING:
    from datetime import datetime

    from types_boto3_scheduler import EventBridgeSchedulerClient

    from spotify_pipeline.extract.event import RunRequest

_SOONEST = timedelta(seconds=60)


class Resumer:
    """Schedules the next attempts at a run, at most `resumes` of them."""

    def __init__(
        self, scheduler: EventBridgeSchedulerClient, function_arn: str, role_arn: str, resumes: int
    ) -> None:
        self._scheduler = scheduler
        self._function_arn = function_arn
        self._role_arn = role_arn
        self._resumes = resumes

    def schedule(self, request: RunRequest, attempt: int, at: datetime) -> datetime | None:
        """Schedule the attempt after `attempt`; return its time, or None if none is left."""
        if attempt > self._resumes:
            return None
        at = max(at, clock.utc_now() + _SOONEST).replace(microsecond=0)
        next_request = msgspec.structs.replace(request, attempt=attempt + 1)
        try:
            self._scheduler.create_schedule(
                Name=f"{RESUME_PREFIX}{request.run_id}-{attempt + 1}",
                ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._function_arn,
                    "RoleArn": self._role_arn,
                    "Input": msgspec.json.encode(next_request).decode(),
                },
            )
        except ClientError as error:
            # A concurrent attempt has created the same entry.
            if error.response["Error"]["Code"] != "ConflictException":
                raise
        return at
