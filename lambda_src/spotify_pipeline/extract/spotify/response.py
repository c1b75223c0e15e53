"""A response of the Web API as received."""

import json
from datetime import UTC, datetime
from typing import Self, TypeVar

import msgspec

from spotify_pipeline.extract.errors import UnavailableError
from spotify_pipeline.raw import Request

Shape = TypeVar("Shape")


class Response(msgspec.Struct, frozen=True):
    """The response to `request`, received at `fetched_at`. `body` is JSON text."""

    request: Request
    fetched_at: datetime
    body: msgspec.Raw

    @classmethod
    def of(cls, request: Request, text: bytes) -> Self:
        """A response received now. Raises UnavailableError if `text` is not JSON."""
        try:
            return cls(request, datetime.now(UTC), msgspec.Raw(_on_one_line(text)))
        except ValueError as error:
            raise UnavailableError(f"{request.path}: an answer without JSON") from error

    @classmethod
    def nothing(cls, path: str) -> Self:
        """A null body, as placeholder for a response that was refused or unavailable."""
        return cls(Request(path), datetime.now(UTC), msgspec.Raw(b"null"))

    def read(self, shape: type[Shape]) -> Shape:
        """Decode the body as `shape`. Raises UnavailableError if it does not match."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except msgspec.MsgspecError as error:
            raise UnavailableError(f"unexpected answer to {self.request.path}: {error}") from error


def _on_one_line(text: bytes) -> bytes:
    """JSON without whitespace. A lone surrogate, as in truncated names, becomes U+FFFD.

    Raises ValueError if `text` is not JSON.
    """
    if b"\\ud" not in text and b"\\uD" not in text:
        return msgspec.json.format(text, indent=-1)
    whole = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
