"""JSON from outside: from Spotify, from S3 and from the secret, with one error for bad text."""

import json
import re
from typing import TypeVar

import msgspec

from spotify_pipeline import json_recovery

Shape = TypeVar("Shape")

_MARGIN = 200
"""Levels that a response must leave free: stored objects nest it deeper, in deeper stacks."""

_LISTS = {"items", "tracks", "artists", "albums"}

_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""An escape sequence in JSON; `half` of a surrogate pair has no other half beside it."""


class UnreadableError(ValueError):
    """Text that is not JSON, has another shape than expected, or is nested too deeply."""


def decode(text: bytes | str | msgspec.Raw, shape: type[Shape]) -> Shape:
    """Decode JSON as `shape`. Raises UnreadableError, whose text names no value.

    A whole number may be written as a float (`4.9E7`) or as a string, as Spotify does at times.
    """
    try:
        return msgspec.json.decode(text, type=shape, strict=False)
    except RecursionError:
        raise UnreadableError("nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise UnreadableError(str(error)) from error


def normalize(text: bytes) -> bytes:
    """JSON in UTF-8 without byte order mark and whitespace. Raises UnreadableError.

    What is no character becomes U+FFFD: an invalid byte, or half a surrogate pair, as in truncated
    names. An element of a list that is nested too deeply becomes a string with its text, so that it
    alone is unreadable. Everything else stays as it is written.
    """
    decoded = text.decode(json.detect_encoding(text), "replace").encode()
    if b"\\ud" in decoded or b"\\uD" in decoded:
        decoded = _ESCAPE.sub(_whole, decoded)
    try:
        line = _format(decoded)
        return _format_quoted(decoded, levels=2) if line is None else line
    except msgspec.MsgspecError as error:
        raise UnreadableError(str(error)) from error


def _format(text: bytes) -> bytes | None:
    """The JSON without whitespace; None if it is nested too deeply."""
    try:
        line = msgspec.json.format(text, indent=-1)
        msgspec.json.format(b"[" * _MARGIN + line + b"]" * _MARGIN, indent=-1)
    except RecursionError:
        return None
    return line


def _format_quoted(text: bytes, *, levels: int) -> bytes:
    """Like `_format`, with the elements quoted that are nested too deeply.

    These are in the lists of a page or a batch, or one level deeper, of a playlist or album.
    """
    try:
        members = json_recovery.members(text)
        for name in _LISTS & members.keys():
            if members[name].startswith(b"["):
                elements = json_recovery.elements(members[name])
                members[name] = b"[" + b",".join(map(_format_or_quote, elements)) + b"]"
            elif levels > 1 and _format(members[name]) is None:
                members[name] = _format_quoted(members[name], levels=levels - 1)
    except ValueError as error:
        raise UnreadableError(f"nested too deeply: {error}") from None
    line = _format(json_recovery.join(members))
    if line is None:
        raise UnreadableError("nested too deeply")
    return line


def _format_or_quote(element: bytes) -> bytes:
    line = _format(element)
    return msgspec.json.encode(element.decode()) if line is None else line


def _whole(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["half"] else escape[0]
