"""One raw part, line by line: every entry received becomes a row or a rejected row."""

from collections.abc import Callable, Iterable

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.layout import Part
from spotify_pipeline.raw import Envelope
from spotify_pipeline.tables import Table
from spotify_pipeline.transform import answers
from spotify_pipeline.transform.rows import Depth, Observation, Origin, Rows

# What decoding raises: malformed JSON, a wrong type or value, nesting beyond the stack.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)

_DECODE = "decode"
"""The rule that what cannot be read breaks."""

_decode_line = msgspec.json.Decoder(Envelope).decode
_decode_page = msgspec.json.Decoder(answers.EntryPage).decode
_decode_entry = msgspec.json.Decoder(answers.Entry).decode
_decode_stranger = msgspec.json.Decoder(answers.Stranger).decode
_decode_playlist = msgspec.json.Decoder(answers.Playlist | None).decode
_decode_batch = msgspec.json.Decoder(answers.Batch).decode
_decode_artist = msgspec.json.Decoder(answers.Artist).decode
_decode_album = msgspec.json.Decoder(answers.WholeAlbum).decode
_decode_tracks = msgspec.json.Decoder(answers.TrackPage).decode
_decode_track = msgspec.json.Decoder(answers.Item).decode
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


class _CatalogueContext(msgspec.Struct):
    """Of an artist or album, or of a page of an album's tracks; `status` where it was refused."""

    album_id: str | None = None
    offset: answers.Int = 0
    status: str | None = None
    reason: str | None = None


class _Line(msgspec.Struct, frozen=True):
    """Where a raw record stands, and the origin of the rows that it yields."""

    number: int
    raw: bytes
    origin: Origin


class PartReader:
    """Turns the lines of one part into `rows`, and counts in `totals`."""

    def __init__(self, part: Part) -> None:
        self.rows = Rows()
        self.totals = Totals()
        self._part = part
        self._observations: list[tuple[Observation, Origin]] = []
        self._stored: dict[str, int] = {}
        self._kinds: dict[str, tuple[Table, Callable[[_Line, Envelope], None]]] = {
            "playlist": (tables.PLAYLISTS, self._playlist),
            "playlist_items": (tables.PLAYLIST_ITEMS, self._page),
            "artists": (tables.ARTISTS, self._artists),
            "albums": (tables.ALBUMS, self._albums),
            "album_tracks": (tables.TRACKS, self._album_tracks),
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
        self.totals.stored = len(self.rows.of(tables.PLAYLIST_ITEMS))
        if self.totals.received != self.totals.stored + self.totals.rejected:
            raise LostEntriesError(f"{self._part.raw_key}: {self.totals}")

    def _line(self, number: int, raw: bytes) -> None:
        table: Table | None = None
        line = _Line(number, raw, (self._part.run_id, None))
        try:
            envelope = _decode_line(raw)
            line = _Line(number, raw, (envelope.run_id, envelope.fetched_at))
            if envelope.kind not in self._kinds:
                raise ValueError(f"unknown kind {envelope.kind!r}")
            table, read = self._kinds[envelope.kind]
            read(line, envelope)
        except _UNREADABLE as error:
            self.totals.lines_rejected += 1
            self._reject(line, table, str(error), raw)

    def _playlist(self, line: _Line, envelope: Envelope) -> None:
        seen = msgspec.convert(envelope.context, Observation)
        seen.playlist = _decode_playlist(envelope.body)
        self._observations.append((seen, line.origin))

    def _page(self, line: _Line, envelope: Envelope) -> None:
        context = msgspec.convert(envelope.context, _PageContext)
        page = _decode_page(envelope.body)
        rejected = 0
        for position, raw in enumerate(page.items, start=context.offset):
            try:
                place = (context.playlist_id, context.snapshot_id, position)
                self.rows.add_entry(place, _entry(raw), line.origin)
            except _UNREADABLE as error:
                rejected += 1
                self._reject(line, tables.PLAYLIST_ITEMS, str(error), raw, position=position)
        self.totals.received += len(page.items)
        self.totals.rejected += rejected
        stored = len(page.items) - rejected
        self._stored[context.playlist_id] = self._stored.get(context.playlist_id, 0) + stored

    def _artists(self, line: _Line, envelope: Envelope) -> None:
        def read(raw: msgspec.Raw) -> None:
            self.rows.add_artist(_decode_artist(raw), line.origin)

        self._each(line, envelope, tables.ARTISTS, read)

    def _albums(self, line: _Line, envelope: Envelope) -> None:
        def read(raw: msgspec.Raw) -> None:
            album = _decode_album(raw)
            self.rows.add_album(album, Depth.SUBJECT, line.origin)
            # Enrichment asked for the album itself; its tracks are not all in any playlist.
            if album.tracks and not envelope.context.get("enriches"):
                self._tracks(line, album.tracks, album.id, 0)

        self._each(line, envelope, tables.ALBUMS, read)

    def _album_tracks(self, line: _Line, envelope: Envelope) -> None:
        context = msgspec.convert(envelope.context, _CatalogueContext)
        self._tracks(line, _decode_tracks(envelope.body), context.album_id, context.offset)

    def _tracks(
        self, line: _Line, page: answers.TrackPage, album_id: str | None, offset: int
    ) -> None:
        for position, raw in enumerate(page.items, start=offset):
            try:
                track = _decode_track(raw)
                if not track.id:
                    raise ValueError("a track without an id")
                self.rows.add_track(track.id, track, Depth.NAMED, line.origin, album_id)
            except _UNREADABLE as error:
                self._reject(line, tables.TRACKS, str(error), raw, position=position)

    def _each(
        self,
        line: _Line,
        envelope: Envelope,
        table: Table,
        read: Callable[[msgspec.Raw], None],
    ) -> None:
        """Read a single object, or each of a batch; what Spotify refused is rejected by name."""
        context = msgspec.convert(envelope.context, _CatalogueContext)
        if context.status:
            reason = f"{context.reason} ({envelope.request.path if envelope.request else ''})"
            self._reject(line, table, reason, envelope.body, rule=context.status)
            return
        batch = getattr(_decode_batch(envelope.body), envelope.kind)
        if not isinstance(batch, list):
            read(envelope.body)
            return
        for position, raw in enumerate(batch):
            try:
                if bytes(raw) == b"null":
                    raise ValueError("Spotify does not know the id at this place of the batch")
                read(raw)
            except _UNREADABLE as error:
                self._reject(line, table, str(error), raw, position=position)

    def _run(self, line: _Line, envelope: Envelope) -> None:
        self.rows.add_run(_decode_run(envelope.body), line.origin)

    def _reject(
        self,
        line: _Line,
        table: Table | None,
        reason: str,
        raw: bytes | msgspec.Raw,
        *,
        position: int | None = None,
        rule: str = _DECODE,
    ) -> None:
        text = bytes(raw).decode(errors="replace")
        name = table.name if table else None
        row = (self._part.raw_key, line.number, position, name, rule, reason, text)
        self.rows.add_rejected(row, line.origin)


def _entry(raw: msgspec.Raw) -> answers.Entry:
    """The entry; of a type that nobody knows yet, as far as it can be read."""
    try:
        return _decode_entry(raw)
    except msgspec.ValidationError as error:
        try:
            return _decode_stranger(raw).as_entry()
        except (msgspec.MsgspecError, ValueError):
            raise error from None
