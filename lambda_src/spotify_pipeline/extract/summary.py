"""What an attempt at a run came to."""

from datetime import UTC, datetime
from typing import Self

import msgspec

from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.parts.writing import Counts


class Summary(msgspec.Struct):
    """The summary of an attempt: the row of `runs`. Counts are those of the whole run so far."""

    run_id: str
    attempt: int
    schedule: str
    started_at: datetime
    status: str = "failed"
    reason: str | None = None
    regime: str | None = None
    finished_at: datetime | None = None
    resume_at: datetime | None = None
    api_calls: int = 0
    throttled_seconds: int = 0
    playlists_seen: int = 0
    playlists_walked: int = 0
    playlists_refused: int = 0
    entries: int = 0
    parts: int = 0

    @classmethod
    def of(cls, request: RunRequest) -> Self:
        return cls(request.run_id, request.attempt, request.schedule, datetime.now(UTC))

    def add(self, counts: Counts) -> None:
        self.playlists_walked += counts.walked
        self.playlists_refused += counts.refused
        self.entries += counts.entries
        self.parts += counts.parts
