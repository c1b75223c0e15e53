"""Pagination of lists by offset."""

from collections.abc import Iterator
from itertools import takewhile

import msgspec

from spotify_pipeline.extract.list_counts import ListCounts
from spotify_pipeline.extract.spotify.client import PAGE
from spotify_pipeline.extract.spotify.response import Response

READS = 3
"""Requests for a page that stays short, before its list counts as incomplete."""

_FIRST_PAGES = 20
"""Pages requested at once; then as many as were read so far, since a total can be wrong."""

_REREADS_AT_ONCE = 3

_EMPTY_PAGES = 3
"""Successive pages that stay empty and end the list, whatever its total says."""

_BACKOFF_SECONDS = 0.5


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    limit: int | None = None
    total: int | None = None


class _Read(msgspec.Struct):
    """A page: its number of items, and the number of positions that it covers."""

    items: int
    span: int
    reads: int = 1


class Pages(msgspec.Struct):
    """The pages read so far, by offset. `expected` is the number of items known beforehand,
    `page_size` that of a page yet to be requested.

    A page may come back short for a moment, and so may a total. A short page is requested again,
    up to READS times; a total that shrinks holds once two successive responses agree on it.
    Pages are requested by offset, never by `next`: that would send the token to any host it names.
    """

    expected: int = msgspec.field(default=0, name="total")
    begin: int = 0
    page_size: int = PAGE
    responses: dict[int, Response] = msgspec.field(default_factory=dict, name="answers")
    reads: dict[int, _Read] = {}
    totals: list[int] = []
    unavailable: dict[int, str] = {}

    @property
    def total(self) -> int:
        """The number of items that the list should have."""
        if len(self.totals) > 1 and self.totals[-1] == self.totals[-2]:
            return self.totals[-1]
        return max([self.expected, *self.totals])

    @property
    def counts(self) -> ListCounts:
        return ListCounts(self.total, self.begin + self.entries)

    def missing(self) -> list[int]:
        """Offsets to request next: pages not read yet, and pages that came back short."""
        due: list[int] = []
        rereads = empty = 0
        at_once = max(_FIRST_PAGES, len(self.reads))
        for offset in self._offsets():
            read = self.reads.get(offset)
            if offset in self.unavailable or (read and not self._is_due(offset, read)):
                empty = empty + 1 if read and not read.items else 0
            elif read is None or rereads < _REREADS_AT_ONCE:
                due.append(offset)
                rereads += read is not None
            # An empty page may be the end: those after it are requested one by one.
            is_last = due and (empty or (read and not read.items))
            if is_last or empty == _EMPTY_PAGES or len(due) == at_once:
                break
        return due

    def backoff_seconds(self, offset: int) -> float:
        """Seconds to wait before a request for the page; 0 for the first one."""
        read = self.reads.get(offset)
        return _BACKOFF_SECONDS * 2 ** (read.reads - 1) if read else 0

    def add(self, page: Response) -> None:
        """Add a page, or the same one read again: the longer one stays. Raises UnavailableError."""
        body, offset = page.read(_Page), int(page.request.params["offset"])
        items = len(body.items)
        requested = int(page.request.params.get("limit", self.page_size))
        limit = min(body.limit or requested, requested)
        span = max(limit, items, 1)
        before = self.reads.get(offset)
        reads = before.reads + 1 if before else 1
        if before is None or items > before.items:
            self.responses[offset] = page
        else:
            items, span = before.items, before.span
        self.reads[offset] = _Read(items, span, reads)
        if body.total is not None:
            self.totals.append(body.total)
        else:
            # Without a total, a full page is followed by another one.
            read = max(n + page.items for n, page in self.reads.items())
            self.expected = max(self.expected, read + 1) if items >= limit else read

    def add_embedded(self, items: int, limit: int, total: int) -> None:
        """Count the first page as read: another response contains it."""
        self.reads[self.begin] = _Read(items, max(limit, items, 1))
        self.totals.append(total)

    def skip(self, offset: int, reason: str) -> None:
        """Leave out an unavailable page. If it is the first one, the next may tell the total."""
        self.unavailable[offset] = reason
        if not self.totals and offset == self.begin:
            self.expected = max(self.expected, offset + self.page_size + 1)

    def in_order(self) -> list[Response]:
        return [self.responses[n] for n in self._read_offsets() if n in self.responses]

    @property
    def entries(self) -> int:
        """Number of items read."""
        return sum(self.reads[n].items for n in self._read_offsets())

    def _read_offsets(self) -> Iterator[int]:
        """The offsets of the pages read, however large the total is."""
        last = max(self.reads, default=-1)
        reached = takewhile(lambda offset: offset <= last, self._offsets())
        return (offset for offset in reached if offset in self.reads)

    def _offsets(self) -> Iterator[int]:
        """The offset of each page up to the total; always that of the first page."""
        offset = self.begin
        while offset < max(self.total, self.begin + 1):
            yield offset
            read = self.reads.get(offset)
            offset += read.span if read else self.page_size

    def _is_due(self, offset: int, read: _Read) -> bool:
        """True if the page is short and not yet READS times read."""
        return read.reads < READS and read.items < min(read.span, self.total - offset)
