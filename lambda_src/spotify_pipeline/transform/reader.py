"""Reads a raw part line by line: every received entry becomes a row or a rejected row."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from spotify_pipeline import tables
from spotify_pipeline.keys import Part
from spotify_pipeline.raw import PURGED, Envelope
from spotify_pipeline.schema import Table
from spotify_pipeline.transform import (
    catalog_items,
    locations,
    observations,
    pages,
    plays,
)
from spotify_pipeline.transform.envelopes import read_envelope
from spotify_pipeline.transform.exports.lines import read_exported_plays
from spotify_pipeline.transform.json_text.decoding import Text, decode_context
from spotify_pipeline.transform.lines import Line
from spotify_pipeline.transform.locations import Origin
from spotify_pipeline.transform.rows.batch import RowError
from spotify_pipeline.transform.rows.entries import Page, entry_batches
from spotify_pipeline.transform.rows.part_rows import PartRows

_DESCRIBED_IN = {"track": tables.TRACKS, "episode": tables.EPISODES}


class _Kind(NamedTuple):
    """A kind of raw record: the main table of its rows, and a function that reads them."""

    table: Table
    read: Callable[[Line, Envelope], None]


class _Walk(msgspec.Struct):
    """The context of a playlist; `embedded` is the number of entries that it contains itself."""

    playlist_id: str
    embedded: int | None = None


class PartReader:
    """Turns the lines of one part into `rows`, and counts the entries `received`.

    `origins` has one origin per line.
    """

    def __init__(self, part: Part) -> None:
        self.rows = PartRows()
        self.origins: list[Origin] = []
        self.received = 0
        self._part = part
        self._kinds = {
            "playlist": _Kind(tables.PLAYLISTS, self._read_playlist),
            "playlist_items": _Kind(tables.PLAYLIST_ITEMS, self._read_page),
            "artists": _Kind(tables.ARTISTS, catalog_items.read_artists),
            "albums": _Kind(tables.ALBUMS, catalog_items.read_albums),
            "tracks": _Kind(tables.TRACKS, catalog_items.read_tracks),
            "album_tracks": _Kind(tables.TRACKS, catalog_items.read_album_tracks),
            "recently_played": _Kind(tables.PLAYS, plays.read_plays),
            "exported_plays": _Kind(tables.PLAYS, read_exported_plays),
            "run": _Kind(tables.RUNS, observations.read_run),
            PURGED: _Kind(tables.PLAYLISTS, _skip),
        }

    def read(self, lines: Iterable[bytes]) -> None:
        """Read every line. Raises ValueError if none of them is a raw record."""
        for number, text in enumerate(lines, start=1):
            if not self._add_sound_page(number, text):
                self._read_line(Line(self._part.raw_key, number, text, self.rows))
        if all(fetched_at is None for _, fetched_at in self.origins):
            raise ValueError(f"{self._part.raw_key} holds no raw record: its text is damaged")

    def _add_sound_page(self, number: int, text: bytes) -> bool:
        """Add all entries of a page at once. Return False, adding none, if any one is unsound."""
        try:
            line = pages.read_page_line(text)
            fetched_at = line.fetched_at.timestamp()
            page, entries = line.context, line.body.items
            first = locations.encode(number, page.offset)
            self.rows.add(entry_batches(page, entries, range(first, first + len(entries))))
        except MemoryError:
            raise
        except Exception:
            return False
        self.origins.append((line.run_id, fetched_at))
        self.received += len(entries)
        return True

    def _read_line(self, line: Line) -> None:
        """Read a line of any kind, object by object; reject it if it is unreadable."""
        table: Table | None = None
        origin: Origin = self._part.run_id, None
        try:
            envelope = read_envelope(line.text)
            origin = envelope.run_id, envelope.fetched_at.timestamp()
            if envelope.kind not in self._kinds:
                raise ValueError(f"unknown kind {envelope.kind!r}")
            table, read = self._kinds[envelope.kind]
            read(line, envelope)
        except Exception as error:
            line.reject_error(table, error)
        self.origins.append(origin)

    def _read_playlist(self, line: Line, envelope: Envelope) -> None:
        """Read the metadata, and the first page if the walk used it."""
        snapshot_id = observations.read_playlist(line, envelope)
        walk = decode_context(envelope.context, _Walk)
        if walk.embedded is None:
            return
        body = pages.embedded_page(envelope.body)
        page = Page(walk.playlist_id, 0, snapshot_id)
        try:
            entries = pages.read_page(body)
            locations = range(line.location(0), line.location(len(entries)))
            line.rows.add(entry_batches(page, entries, locations))
        except MemoryError:
            raise
        except Exception:
            self._read_entries(line, page, body)
        else:
            self.received += len(entries)

    def _read_page(self, line: Line, envelope: Envelope) -> None:
        self._read_entries(line, decode_context(envelope.context, Page), envelope.body)

    def _read_entries(self, line: Line, page: Page, body: Text) -> None:
        """Read entry by entry."""
        items = pages.read_items(body)
        self.received += len(items)
        for position, raw in enumerate(items, start=page.offset):
            _read_entry(line, msgspec.structs.replace(page, offset=position), raw)


def _skip(line: Line, envelope: Envelope) -> None:
    """A record without content has no rows."""


def _read_entry(line: Line, page: Page, raw: Text) -> None:
    """Read the first entry of `page`; store one with an unreadable item without the item's row."""
    position = page.offset
    locations = [line.location(position)]
    try:
        entry, fault = pages.read_entry(raw)
        if fault is None:
            try:
                line.rows.add(entry_batches(page, [entry], locations))
            except RowError as error:
                fault = error
        if fault:
            line.rows.add(entry_batches(page, [entry], locations, described=False))
        table = _DESCRIBED_IN.get(str(entry.kind_of(entry.content)))
    except Exception as error:
        line.reject_error(tables.PLAYLIST_ITEMS, error, raw, position)
        return
    if fault and table:
        line.reject_error(table, fault, raw, position)
