"""Reads a raw part line by line: every received entry becomes a row or a rejected row."""

from collections.abc import Callable, Iterable

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.keys import Part
from spotify_pipeline.raw import Envelope, RunRecord
from spotify_pipeline.schema import Table
from spotify_pipeline.transform import catalog_items, locations, pages, responses
from spotify_pipeline.transform.lines import UNREADABLE, Line
from spotify_pipeline.transform.locations import Origin
from spotify_pipeline.transform.rows.entries import Page, entry_batches
from spotify_pipeline.transform.rows.observations import Observation, playlist_row, run_row
from spotify_pipeline.transform.rows.part_rows import PartRows

_DESCRIBED_IN = {"track": tables.TRACKS, "episode": tables.EPISODES}

_decode_playlist = msgspec.json.Decoder(responses.Playlist | None).decode
_decode_run = msgspec.json.Decoder(RunRecord).decode


class PartReader:
    """Turns the lines of one part into `rows`, and counts the entries `received`.

    `origins` has one origin per line.
    """

    def __init__(self, part: Part) -> None:
        self.rows = PartRows()
        self.origins: list[Origin] = []
        self.received = 0
        self.lines_rejected = 0
        self._part = part
        self._kinds: dict[str, tuple[Table, Callable[[Line, Envelope], None]]] = {
            "playlist": (tables.PLAYLISTS, _read_playlist),
            "playlist_items": (tables.PLAYLIST_ITEMS, self._read_page),
            "artists": (tables.ARTISTS, catalog_items.read_artists),
            "albums": (tables.ALBUMS, catalog_items.read_albums),
            "album_tracks": (tables.TRACKS, catalog_items.read_album_tracks),
            "run": (tables.RUNS, _read_run),
        }

    def read(self, lines: Iterable[bytes]) -> None:
        """Read every line. Raises ValueError if none of them is a raw record."""
        for number, line in enumerate(lines, start=1):
            try:
                page = pages.read_page_line(line)
            except UNREADABLE:
                self._read_line(number, line)
            else:
                self._add_page(number, page)
        if all(fetched_at is None for _, fetched_at in self.origins):
            raise ValueError(f"{self._part.raw_key} holds no raw record: its text is damaged")

    def _add_page(self, number: int, line: pages.PageLine) -> None:
        page, entries = line.context, line.body.items
        self.origins.append((line.run_id, line.fetched_at.timestamp()))
        first = locations.encode(number, page.offset)
        self.rows.add(entry_batches(page, entries, range(first, first + len(entries))))
        self.received += len(entries)

    def _read_line(self, number: int, raw: bytes) -> None:
        """Read a line of any kind, object by object; reject it if it is unreadable."""
        line = Line(self._part.raw_key, number, self.rows)
        table: Table | None = None
        origin: Origin = self._part.run_id, None
        try:
            envelope = pages.read_envelope(raw)
            origin = envelope.run_id, envelope.fetched_at.timestamp()
            if envelope.kind not in self._kinds:
                raise ValueError(f"unknown kind {envelope.kind!r}")
            table, read = self._kinds[envelope.kind]
            read(line, envelope)
        except UNREADABLE as error:
            self.lines_rejected += 1
            line.reject(table, str(error), raw)
        self.origins.append(origin)

    def _read_page(self, line: Line, envelope: Envelope) -> None:
        """Read entry by entry; one with an unreadable item is stored without the item's row."""
        page = msgspec.convert(envelope.context, Page)
        items = pages.read_items(envelope.body)
        self.received += len(items)
        for position, raw in enumerate(items, start=page.offset):
            try:
                entry, fault = pages.read_entry(raw)
            except UNREADABLE as error:
                line.reject(tables.PLAYLIST_ITEMS, str(error), raw, position)
                continue
            here = msgspec.structs.replace(page, offset=position)
            locations = [line.location(position)]
            self.rows.add(entry_batches(here, [entry], locations, described=not fault))
            if fault and (table := _DESCRIBED_IN.get(str(entry.kind_of(entry.content)))):
                line.reject(table, fault, raw, position)


def _read_playlist(line: Line, envelope: Envelope) -> None:
    observation = msgspec.convert(envelope.context, Observation)
    observation.playlist = _decode_playlist(envelope.body)
    line.rows.add([playlist_row(observation, line.location())])


def _read_run(line: Line, envelope: Envelope) -> None:
    line.rows.add([run_row(_decode_run(envelope.body), line.location())])
