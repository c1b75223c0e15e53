"""Pages of entries: decoded at once if every entry is sound, else entry by entry."""

from typing import NamedTuple

import msgspec
from msgspec import UNSET

from spotify_pipeline.raw import Moment
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.envelopes import read_envelope
from spotify_pipeline.transform.exports.lines import record_at
from spotify_pipeline.transform.json_text.decoding import (
    UNREADABLE,
    Text,
    decode_context,
    decode_elements,
    decode_members,
    decoder,
)
from spotify_pipeline.transform.json_text.fields import read_fields
from spotify_pipeline.transform.rows.entries import Page


class PageLine(msgspec.Struct, tag_field="kind", tag="playlist_items"):
    """A raw record of kind `playlist_items`, typed down to its entries."""

    run_id: str
    fetched_at: Moment
    context: Page
    body: responses.Page


class ReadEntry(NamedTuple):
    """An entry; if its item is unreadable, `fault` is the reason, and only its ids are set."""

    entry: responses.Entry
    fault: Exception | None


_NO_CONTENT = "the entry has neither `item` nor `track`"

_decode_page_line = decoder(PageLine)
_decode_page = decoder(responses.Page)
_decode_entry = decoder(responses.Entry)


def read_page_line(line: bytes) -> PageLine:
    """Decode a line with its entries. Raises one of UNREADABLE if any entry is unsound."""
    page = _decode_page_line(line)
    _checked(page.body.items)
    return page


def read_page(body: Text) -> list[responses.Entry]:
    """Decode the entries of a page. Raises one of UNREADABLE if any entry is unsound."""
    return _checked(_decode_page(body).items)


def _checked(entries: list[responses.Entry]) -> list[responses.Entry]:
    for entry in entries:
        if entry.item is UNSET and entry.track is UNSET:
            raise ValueError(_NO_CONTENT)
    return entries


def read_items(body: Text) -> list[bytes]:
    """Split a page into its items, each as text. Raises one of UNREADABLE if it is no page."""
    members = decode_members(body)
    if "items" not in members:
        raise ValueError("the page has no `items`")
    return decode_elements(members["items"])


def read_entry(raw: Text) -> ReadEntry:
    """Decode one entry, or at least the ids of its item. Raises one of UNREADABLE."""
    try:
        entry, fault = _decode_entry(raw), None
    except UNREADABLE as error:
        entry, fault = _read_ids(raw, error), error
    if entry.content is UNSET:
        raise ValueError(_NO_CONTENT)
    return ReadEntry(entry, fault)


def _read_ids(raw: Text, error: Exception) -> responses.Entry:
    """The entry with only the ids of its item. Raises `error` if they do not identify the item."""
    try:
        fields = read_fields(raw, responses.EntryIds)
    except UNREADABLE:
        raise error from None
    entry = responses.EntryIds(**fields.values).as_entry()
    if fields.faults or not entry.is_identified:
        raise error
    return entry


def embedded_page(body: Text) -> bytes:
    """The first page of entries within a playlist's response. Raises one of UNREADABLE."""
    members = decode_members(body)
    for name in ("items", "tracks"):
        if members.get(name, b"").startswith(b"{"):
            return members[name]
    raise ValueError("the playlist has no page of entries")


def text_at(line: bytes, position: int | None) -> bytes:
    """The text of the entry or play at a position; for any other kind of line, the line."""
    if position is None:
        return line
    envelope = read_envelope(line)
    if envelope.kind == "playlist":
        return read_items(embedded_page(envelope.body))[position]
    if envelope.kind == "recently_played":
        return read_items(envelope.body)[position]
    if envelope.kind == "exported_plays":
        return record_at(envelope, position)
    if envelope.kind != PageLine.__struct_config__.tag:
        return line
    offset = decode_context(envelope.context, Page).offset
    return read_items(envelope.body)[position - offset]
