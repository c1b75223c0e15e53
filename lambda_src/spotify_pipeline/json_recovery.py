"""Splits JSON text that a decoder refuses because of bad characters or deep nesting.

The pieces are not checked: decoding one shows whether it is JSON.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{},"]', re.DOTALL)
_MEMBER = re.compile(rb'\s*"([^"\\]*(?:\\.[^"\\]*)*)"\s*:(.*)', re.DOTALL)
_OPENING = {b"[", b"{"}
_CLOSING = {b"]", b"}"}


def members(text: bytes) -> dict[str, bytes]:
    """The values of the object `text` by name; the last one of a repeated member.

    Raises ValueError if it is not an object.
    """
    pieces = [text[begin:end] for begin, end in _spans(text, b"{")]
    return {} if _is_empty(pieces) else dict(map(_member, pieces))


def damaged_members(text: bytes) -> dict[str, bytes]:
    """Like `members`, but the last member may be damaged: it then extends to the text's end."""
    end = text.find(b"{")
    pieces = []
    try:
        for begin, end in _spans(text, b"{"):
            pieces.append(text[begin:end])
    except ValueError:
        pieces.append(text[end + 1 :].rstrip().removesuffix(b"}"))
    return dict(map(_member, pieces))


def join(members: Mapping[str, bytes]) -> bytes:
    """The object of `members`, as `members` splits it."""
    pairs = [msgspec.json.encode(name) + b":" + value for name, value in members.items()]
    return b"{" + b",".join(pairs) + b"}"


def elements(text: bytes) -> list[bytes]:
    """The elements of the array `text`. Raises ValueError if it is not an array."""
    pieces = [text[begin:end] for begin, end in _spans(text, b"[")]
    return [] if _is_empty(pieces) else [piece.strip() for piece in pieces]


def _is_empty(pieces: list[bytes]) -> bool:
    return len(pieces) == 1 and not pieces[0].strip()


def _member(piece: bytes) -> tuple[str, bytes]:
    match = _MEMBER.fullmatch(piece)
    if not match:
        raise ValueError("a member of an object has no name")
    return match[1].decode(errors="replace"), match[2].strip()


def _spans(text: bytes, opening: bytes) -> Iterator[tuple[int, int]]:
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
