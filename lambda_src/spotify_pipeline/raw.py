"""The raw record: an envelope with an unchanged response, or with the record of a run.

Each line of a raw part is one raw record as JSON.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Int = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""Glue's `int`: 32 bits."""

BigInt = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""Glue's `bigint`: 64 bits."""

Moment = Annotated[datetime, Meta(tz=True)]
"""A timestamp with a time zone."""


class Request(msgspec.Struct, frozen=True):
    """A request: the path below the API's root, and the query parameters."""

    path: str
    params: dict[str, Any] = {}


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a raw part; `body` is the response as received, JSON text."""

    kind: str
    run_id: str
    fetched_at: datetime
    request: Request | None = None
    context: dict[str, Any] = {}
    body: msgspec.Raw


class PlayGap(msgspec.Struct, frozen=True):
    """The span from the newest stored play to the oldest of a full page, in a record's context.

    `estimated` is the number of plays in it, at the rate of the page.
    """

    since: Moment = msgspec.field(name="from")
    until: Moment = msgspec.field(name="to")
    estimated: Int = 0


PURGED = "purged"
"""Kind of the only record of a part of which everything was purged. It has no content."""


def purged_record(run_id: str, at: datetime) -> bytes:
    """The line of a part of which everything was purged: without any, it would be damaged."""
    record = Envelope(kind=PURGED, run_id=run_id, fetched_at=at, body=msgspec.Raw(b"null"))
    return msgspec.json.encode(record) + b"\n"


class RunRecord(msgspec.Struct, kw_only=True):
    """The body of a `run` record and the row of `runs`: one attempt at a run.

    Counts of playlists, entries and parts cover the whole run so far; `api_calls` and
    `throttled_seconds` cover this attempt; `calls_24h` all attempts of the environment.
    """

    run_id: str
    attempt: Int
    schedule: str
    started_at: Moment
    status: str
    reason: str | None = None
    regime: str | None = None
    finished_at: Moment | None = None
    resume_at: Moment | None = None
    api_calls: Int
    calls_24h: Int | None = None
    throttled_seconds: Int
    playlists_seen: Int
    playlists_walked: Int
    playlists_refused: Int
    entries: BigInt
    parts: Int
