"""The raw record: an envelope round an untouched Spotify answer, one JSON line each."""

from datetime import datetime
from typing import Any

import msgspec


class Request(msgspec.Struct, frozen=True):
    """What was asked: the path below the API's root, and its query parameters."""

    path: str
    params: dict[str, Any] = {}


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a raw part; `body` is the answer as received, JSON text."""

    kind: str
    run_id: str
    fetched_at: datetime
    request: Request | None = None
    context: dict[str, Any] = {}
    body: msgspec.Raw
