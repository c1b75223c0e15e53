"""A response of the Web API as received."""

from datetime import datetime
from typing import Self, TypeVar

import msgspec

from spotify_pipeline.extract import clock
from spotify_pipeline.extract.decoding import UnreadableError, decode, normalize
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
            return cls(request, clock.utc_now(), msgspec.Raw(normalize(text)))
        except UnreadableError as error:
            raise UnavailableError(f"{request.path}: a response without JSON ({error})") from error

    @classmethod
    def nothing(cls, path: str) -> Self:
        """A null body, as placeholder for a response that was refused or unavailable."""
        return cls(Request(path), clock.utc_now(), msgspec.Raw(b"null"))

    @property
    def is_nothing(self) -> bool:
        """True of the placeholder."""
        return bytes(self.body) == b"null"

    def read(self, shape: type[Shape]) -> Shape:
        """Decode the body as `shape`, leniently. Raises UnavailableError if it does not match."""
        try:
            return decode(self.body, shape)
        except UnreadableError as error:
            raise UnavailableError(
                f"unexpected response to {self.request.path}: {error}"
            ) from error
