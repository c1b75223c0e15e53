"""Starting a run again later: a one-time EventBridge Scheduler entry that deletes itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import ClientError

from spotify_pipeline.keys import RESUME_PREFIX

if TYPE_CHECKING:
    from types_boto3_scheduler import EventBridgeSchedulerClient

    from spotify_pipeline.extract.event import RunRequest

_SOONEST = timedelta(seconds=60)


class Resumer:
    """Starts the extract function again, at most `most` times a run."""

    def __init__(
        self, scheduler: EventBridgeSchedulerClient, function_arn: str, role_arn: str, most: int
    ) -> None:
        self._scheduler = scheduler
        self._function_arn = function_arn
        self._role_arn = role_arn
        self._most = most

    def schedule(self, request: RunRequest, attempt: int, at: datetime) -> datetime | None:
        """Have the run started again after `attempt`; when, or None if that was the last time."""
        if attempt > self._most:
            return None
        at = max(at, datetime.now(UTC) + _SOONEST).replace(microsecond=0)
        again = msgspec.structs.replace(request, attempt=attempt + 1)
        try:
            self._scheduler.create_schedule(
                Name=f"{RESUME_PREFIX}{request.run_id}-{attempt + 1}",
                ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._function_arn,
                    "RoleArn": self._role_arn,
                    "Input": msgspec.json.encode(again).decode(),
                },
            )
        except ClientError as error:
            # Two attempts at once ask for the same entry; one is enough.
            if error.response["Error"]["Code"] != "ConflictException":
                raise
        return at
