"""The event that starts a run, and the run's identity."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any, Literal, Self

import msgspec

from spotify_pipeline.sources import Sources

MANUAL = "manual"
"""The schedule of events that name none."""


class RunRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for a run. Repeated requests identify the same run."""

    sources: Sources
    time: datetime
    schedule: str = MANUAL
    refresh: Literal["changed", "full"] = "changed"
    attempt: int = 1

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]*", self.schedule):
            raise ValueError(f"schedule {self.schedule!r} must match [a-z][a-z0-9]*")
        if self.time.tzinfo is None:
            raise ValueError(f"time {self.time.isoformat()!r} needs a zone, such as Z")
        if self.attempt < 1:
            raise ValueError(f"attempt must be at least 1, not {self.attempt}")

    @classmethod
    def from_event(cls, event: dict[str, Any], now: datetime) -> Self:
        """Read the Lambda event; `now` is the run's time if the event has none.

        Raises ValueError naming the field and the expected value.
        """
        try:
            return msgspec.convert({"time": now, **event}, cls)
        except msgspec.ValidationError as error:
            raise ValueError(f"The extract event is not valid: {error}") from error

    def at(self, time: datetime) -> Self:
        """The same request at another time."""
        return msgspec.structs.replace(self, time=time)

    @property
    def run_id(self) -> str:
        time = self.time.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        identity = msgspec.json.encode([time, self.schedule, self.sources], order="sorted")
        return f"{time}-{self.schedule}-{hashlib.sha256(identity).hexdigest()[:8]}"

    @property
    def ingest_date(self) -> str:
        """The run's logical day, UTC."""
        return self.time.astimezone(UTC).strftime("%Y-%m-%d")
