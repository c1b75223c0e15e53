"""One raw part, line by line: every entry received becomes a row or a rejected row."""

from collections.abc import Iterable

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.layout import Part
from spotify_pipeline.raw import Envelope
from spotify_pipeline.tables import Table
from spotify_pipeline.transform import answers
from spotify_pipeline.transform.rows import Observation, Origin, Rows

# What decoding raises: malformed JSON, a wrong type or value, nesting beyond the stack.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)

_decode_line = msgspec.json.Decoder(Envelope).decode
_decode_page = msgspec.json.Decoder(answers.EntryPage).decode
_decode_entry = msgspec.json.Decoder(answers.Entry).decode
_decode_playlist = msgspec.json.Decoder(answers.Playlist | None).decode
_decode_run = msgspec.json.Decoder(answers.Run).decode


class LostEntriesError(Exception):
    """Entries received are not entries stored plus rejected: a fault of this program."""


class Totals(msgspec.Struct):
    """Playlist entries received and what became of them; lines that could not be read at all."""

    received: int = 0
    stored: int = 0
    rejected: int = 0
    lines_rejected: int = 0


class _PageContext(msgspec.Struct):
    playlist_id: str
    offset: answers.Int
    snapshot_id: str | None = None


class PartReader:
    """Turns the lines of one part into `rows`, and counts in `totals`."""

    def __init__(self, part: Part) -> None:
        self.rows = Rows()
        self.totals = Totals()
        self._part = part
        self._observations: list[tuple[Observation, Origin]] = []
        self._stored: dict[str, int] = {}
        self._kinds = {
            "playlist": (tables.PLAYLISTS, self._playlist),
            "playlist_items": (tables.PLAYLIST_ITEMS, self._page),
            "run": (tables.RUNS, self._run),
        }

    def read(self, lines: Iterable[bytes]) -> None:
        """Read every line. Raises ValueError if there is none, LostEntriesError on a miscount."""
        number = 0
        for number, line in enumerate(lines, start=1):
            self._line(number, line)
        if number == 0:
            raise ValueError(f"{self._part.raw_key} is empty: the extract function writes no such")
        for seen, origin in self._observations:
            self.rows.add_playlist(seen, self._stored.get(seen.playlist_id, 0), origin)
        self.totals.stored = len(self.rows.by_table[tables.PLAYLIST_ITEMS])
        if self.totals.received != self.totals.stored + self.totals.rejected:
            raise LostEntriesError(f"{self._part.raw_key}: {self.totals}")

    def _line(self, number: int, line: bytes) -> None:
        table: Table | None = None
        origin: Origin = (self._part.run_id, None)
        try:
            envelope = _decode_line(line)
            origin = (envelope.run_id, envelope.fetched_at)
            if envelope.kind not in self._kinds:
                raise ValueError(f"unknown kind {envelope.kind!r}")
            table, read = self._kinds[envelope.kind]
            read(number, envelope)
        except _UNREADABLE as error:
            self.totals.lines_rejected += 1
            self._reject(number, None, table, error, line, origin)

    def _playlist(self, number: int, envelope: Envelope) -> None:
        seen = msgspec.convert(envelope.context, Observation)
        seen.playlist = _decode_playlist(envelope.body)
        self._observations.append((seen, (envelope.run_id, envelope.fetched_at)))

    def _page(self, number: int, envelope: Envelope) -> None:
        context = msgspec.convert(envelope.context, _PageContext)
        page = _decode_page(envelope.body)
        origin = (envelope.run_id, envelope.fetched_at)
        rejected = 0
        for position, raw in enumerate(page.items, start=context.offset):
            try:
                place = (context.playlist_id, context.snapshot_id, position)
                self.rows.add_entry(place, _decode_entry(raw), origin)
            except _UNREADABLE as error:
                rejected += 1
                self._reject(number, position, tables.PLAYLIST_ITEMS, error, raw, origin)
        self.totals.received += len(page.items)
        self.totals.rejected += rejected
        stored = len(page.items) - rejected
        self._stored[context.playlist_id] = self._stored.get(context.playlist_id, 0) + stored

    def _run(self, number: int, envelope: Envelope) -> None:
        self.rows.add_run(_decode_run(envelope.body), (envelope.run_id, envelope.fetched_at))

    def _reject(
        self,
        line: int,
        position: int | None,
        table: Table | None,
        error: Exception,
        raw: bytes | msgspec.Raw,
        origin: Origin,
    ) -> None:
        text = bytes(raw).decode(errors="replace")
        name = table.name if table else None
        row = (self._part.raw_key, line, position, name, "decode", str(error), text)
        self.rows.add_rejected(row, origin)
