"""Pagination of lists by offset."""

import msgspec

from spotify_pipeline.extract.spotify.client import PAGE
from spotify_pipeline.extract.spotify.response import Response

_AT_ONCE = 250
"""Pages requested before the end of the list is determined again."""


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    total: int | None = None


class Pages(msgspec.Struct):
    """The pages read so far, by offset. `total` is the expected number of items.

    Pages are requested by offset, never by `next`: that would send the token to any host it names.
    """

    total: int = 0
    begin: int = 0
    responses: dict[int, Response] = msgspec.field(default_factory=dict, name="answers")
    empty_from: int | None = None

    def missing(self) -> list[int]:
        """Offsets to request next; always the first page, whatever the total.

        The list ends at the total or at an empty page, whichever comes first.
        """
        end = max(self.total, self.begin + 1)
        if self.empty_from is not None:
            end = min(end, self.empty_from)
        return [n for n in range(self.begin, end, PAGE) if n not in self.responses][:_AT_ONCE]

    def add(self, page: Response) -> None:
        """Add a page, and update the total, which can change. Raises UnavailableError."""
        body, offset = page.read(_Page), int(page.request.params["offset"])
        if body.total is not None:
            self.total = body.total
        elif len(body.items) == PAGE:
            self.total = max(self.total, offset + PAGE + 1)
        if not body.items:
            self.empty_from = min(offset, self.empty_from or offset)
        self.responses[offset] = page

    def in_order(self) -> list[Response]:
        return [self.responses[offset] for offset in sorted(self.responses)]

    @property
    def entries(self) -> int:
        """Number of items read."""
        return sum(len(page.read(_Page).items) for page in self.responses.values())
