"""Splits JSON text that a decoder refuses because of bad characters or deep nesting.

The pieces are not checked: decoding one shows whether it is JSON.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{},"]', re.DOTALL)
_OPENING = {b"[", b"{"}
_CLOSING = {b"]", b"}"}


def member(text: bytes, name: str) -> tuple[int, int]:
    """The span of the value of a member of the object `text`; the last one of a repeated member.

    Raises ValueError if there is no such member.
    """
    span = None
    for begin, end in _pieces(text, b"{"):
        key, colon, _ = text[begin:end].partition(b":")
        if colon and key.strip() == f'"{name}"'.encode():
            span = begin + len(key) + 1, end
    if span is None:
        raise ValueError(f"there is no member {name!r}")
    return span


def elements(text: bytes) -> list[bytes]:
    """The elements of the array `text`. Raises ValueError if it is not an array."""
    pieces = [text[begin:end].strip() for begin, end in _pieces(text, b"[")]
    return [] if pieces == [b""] else pieces


def _pieces(text: bytes, opening: bytes) -> Iterator[tuple[int, int]]:
    """Yield the spans between the commas of an object or array.

    Raises ValueError if its brackets or quotes are not balanced.
    """
    stripped = text.strip()
    if not stripped.startswith(opening):
        raise ValueError(f"expected text that begins with {opening.decode()}")
    depth = begin = end = 0
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark in _OPENING:
            depth += 1
            if depth == 1:
                begin = token.end()
        elif mark in _CLOSING:
            depth -= 1
            if depth == 0:
                yield begin, token.start()
                end = token.end()
                break
        elif mark == b'"':
            raise ValueError("the text ends within a string")
        elif mark == b"," and depth == 1:
            yield begin, token.start()
            begin = token.end()
    if depth or text[end:].strip():
        raise ValueError("the text does not end where it closes")
