"""An answer of the Web API, as received."""

import json
from datetime import UTC, datetime
from typing import Self, TypeVar

import msgspec

from spotify_pipeline.raw import Request

Shape = TypeVar("Shape")


class UnavailableError(Exception):
    """No usable answer, retries included: a network fault, a 5xx, or no JSON of the right shape."""


class Response(msgspec.Struct, frozen=True):
    """What Spotify said, when, and to which request. `body` is JSON text."""

    request: Request
    fetched_at: datetime
    body: msgspec.Raw

    @classmethod
    def of(cls, request: Request, text: bytes) -> Self:
        """The answer that this JSON is just now; UnavailableError if it is none."""
        try:
            return cls(request, datetime.now(UTC), msgspec.Raw(_on_one_line(text)))
        except ValueError as error:
            raise UnavailableError(f"{request.path}: an answer without JSON") from error

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


def _on_one_line(text: bytes) -> bytes:
    """JSON without white space. Half a character, as cut names end with, becomes U+FFFD.

    ValueError if it is no JSON.
    """
    if b"\\ud" not in text and b"\\uD" not in text:
        return msgspec.json.format(text, indent=-1)
    whole = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
