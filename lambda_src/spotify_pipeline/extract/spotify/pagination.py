"""A list that Spotify gives in pages."""

import msgspec

from spotify_pipeline.extract.spotify.client import PAGE
from spotify_pipeline.extract.spotify.response import Response

_AT_ONCE = 250
"""So many pages are asked for before it is looked at again whether there is an end."""


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    total: int | None = None


class Pages(msgspec.Struct):
    """Pages by offset, as far as they are there. `total` is how many items there should be.

    Asked for by offset, never by `next`: that would send the token to whatever host it names.
    """

    total: int = 0
    begin: int = 0
    answers: dict[int, Response] = {}
    empty_from: int | None = None

    def missing(self) -> list[int]:
        """Offsets that are to be asked for next: the first page, whatever the total.

        It ends at the total or at an empty page, whichever comes first.
        """
        end = max(self.total, self.begin + 1)
        if self.empty_from is not None:
            end = min(end, self.empty_from)
        return [n for n in range(self.begin, end, PAGE) if n not in self.answers][:_AT_ONCE]

    def add(self, page: Response) -> None:
        """Take a page in. The total may change while pages are read. Raises UnavailableError."""
        body, offset = page.read(_Page), int(page.request.params["offset"])
        if body.total is not None:
            self.total = body.total
        elif len(body.items) == PAGE:
            self.total = max(self.total, offset + PAGE + 1)
        if not body.items:
            self.empty_from = min(offset, self.empty_from or offset)
        self.answers[offset] = page

    def in_order(self) -> list[Response]:
        return [self.answers[offset] for offset in sorted(self.answers)]

    @property
    def entries(self) -> int:
        """Number of items that are there."""
        return sum(len(page.read(_Page).items) for page in self.answers.values())
