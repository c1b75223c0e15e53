"""JSON from outside: from Spotify, from S3 and from the secret, with one error for bad text."""

import json
import re
from typing import TypeVar

import msgspec

Shape = TypeVar("Shape")

_MARGIN = 200
"""Levels that a response must leave free: stored objects nest it deeper, in deeper stacks."""

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
    names. Everything else stays as it is written.
    """
    decoded = text.decode(json.detect_encoding(text), "replace").encode()
    if b"\\ud" in decoded or b"\\uD" in decoded:
        decoded = _ESCAPE.sub(_whole, decoded)
    try:
        line = msgspec.json.format(decoded, indent=-1)
        msgspec.json.format(b"[" * _MARGIN + line + b"]" * _MARGIN, indent=-1)
    except RecursionError:
        raise UnreadableError("nested too deeply") from None
    except msgspec.MsgspecError as error:
        raise UnreadableError(str(error)) from error
    return line


def _whole(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["half"] else escape[0]
