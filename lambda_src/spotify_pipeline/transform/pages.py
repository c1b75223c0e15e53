"""Pages of entries: decoded at once if every entry is sound, else entry by entry."""

from typing import NamedTuple

import msgspec
from msgspec import UNSET

from spotify_pipeline.raw import Envelope, Moment
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.json_recovery import elements, member
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
    fault: str | None


_NO_CONTENT = "the entry has neither `item` nor `track`"

_decode_page_line = msgspec.json.Decoder(PageLine).decode
_decode_envelope = msgspec.json.Decoder(Envelope).decode
_decode_items = msgspec.json.Decoder(responses.RawPage).decode
_decode_entry = msgspec.json.Decoder(responses.Entry).decode
_decode_ids = msgspec.json.Decoder(responses.EntryIds).decode


def read_page_line(line: bytes) -> PageLine:
    """Decode a line with its entries. Raises one of `lines.UNREADABLE` if any entry is unsound."""
    page = _decode_page_line(line)
    for entry in page.body.items:
        if entry.item is UNSET and entry.track is UNSET:
            raise ValueError(_NO_CONTENT)
    return page


def read_envelope(line: bytes) -> Envelope:
    """Decode a raw record, leaving its body as text, which may be damaged or nested deeply."""
    try:
        return _decode_envelope(line)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, RecursionError) as error:
        begin, end = _cut(line, "body", error)
        envelope = _decode_envelope(line[:begin] + b"null" + line[end:])
        return msgspec.structs.replace(envelope, body=msgspec.Raw(line[begin:end]))


def read_items(body: msgspec.Raw) -> list[bytes]:
    """Split a page into its items, each as text, which may be damaged or nested deeply."""
    try:
        return [bytes(item) for item in _decode_items(body).items]
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, RecursionError) as error:
        text = bytes(body)
        begin, end = _cut(text, "items", error)
        return elements(text[begin:end])


def _cut(text: bytes, name: str, error: Exception) -> tuple[int, int]:
    """The span of a member's value in text that raised `error`. Raises it if there is none."""
    try:
        return member(text, name)
    except ValueError:
        raise error from None


def read_entry(raw: bytes) -> ReadEntry:
    """Decode one entry, or at least the ids of its item. Raises one of `lines.UNREADABLE`."""
    try:
        entry, fault = _decode_entry(raw), None
    except msgspec.ValidationError as error:
        fault = str(error)
        try:
            entry = _decode_ids(raw).as_entry()
        except msgspec.MsgspecError:
            raise error from None
    if entry.content is UNSET:
        raise ValueError(_NO_CONTENT)
    return ReadEntry(entry, fault)


def text_at(line: bytes, position: int | None) -> bytes:
    """The text of the entry at a position of a page; for any other kind of line, the line."""
    envelope = read_envelope(line)
    if envelope.kind != PageLine.__struct_config__.tag or position is None:
        return line
    offset = msgspec.convert(envelope.context, Page).offset
    return read_items(envelope.body)[position - offset]
