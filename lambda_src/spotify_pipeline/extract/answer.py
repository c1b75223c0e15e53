"""An answer of the Web API, as received."""

import json
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import msgspec

from spotify_pipeline.raw import Request

Shape = TypeVar("Shape")


class UnavailableError(Exception):
    """No usable answer, retries included: a network fault, a 5xx, or no JSON of the right shape."""


class Answer(msgspec.Struct, frozen=True):
    """What Spotify said, when, and to which request. `body` is JSON text."""

    request: Request
    fetched_at: datetime
    body: msgspec.Raw

    @classmethod
    def of(cls, request: Request, body: Any) -> Self:
        """The answer that `body`, as decoded from JSON, is just now."""
        return cls(request, datetime.now(UTC), msgspec.Raw(_as_json(body)))

    @classmethod
    def nothing(cls, path: str) -> Self:
        """In the place of an answer that Spotify refused: null, as of now."""
        return cls(Request(path), datetime.now(UTC), msgspec.Raw(b"null"))

    def read(self, shape: type[Shape]) -> Shape:
        """The body as `shape`; UnavailableError if it is not so."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except msgspec.MsgspecError as error:
            raise UnavailableError(f"unexpected answer to {self.request.path}: {error}") from error


def _as_json(body: Any) -> bytes:
    """JSON text on one line. Half a character, as cut names end with, becomes U+FFFD."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
