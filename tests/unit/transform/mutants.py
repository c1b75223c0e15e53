"""Hypothesis strategies for damaged JSON: valid values with one or two places changed."""

import copy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from hypothesis import strategies as st

Path = tuple[str | int, ...]

_VALUES = [
    *b"null true false 0 -1 1.5 85.0 4.9E7 -0.0 1e300 1E400 2147483648 9223372036854775808".split(),
    *(b"9" * 40, b"[]", b"{}", b"[null]", b"[[]]", b'{"id":7}', b'{"total":-5}', b'{"total":9e9}'),
    *(b'""', b'" "', b'"x"', b'"7"', b'"-"', b'"0000"', b'"1999-13"', b'"99999999999-01-01"'),
    *(b'"2026-01-01T00:00:00Z"', b'"0001-01-01T00:00:00+14:00"', b'"9999-12-31T23:59:59-14:00"'),
    *(b'"\\ud800"', b'"\\udc00x"', b'"\\u0000"', b'"\\u202e"', b'"\xff\xfe"', b"\xef\xbb\xbf1"),
    *(b"NaN", b"-Infinity", b"oops"),
    *(b"[" * depth + b"]" * depth for depth in (1_100, 20_000)),
    b'{"a":' * 1_100 + b"1" + b"}" * 1_100,
]
"""Values in the place of another, as JSON text; none leaves the brackets around it open."""

_SHOWN = 1_500
_DELETED = b""
_changes = st.sampled_from([*_VALUES, _DELETED])


class Mutant(NamedTuple):
    """The JSON text of a damaged object, and the id in it; None if that is no string."""

    text: bytes
    id: str | None

    def __repr__(self) -> str:
        """Shortened, since Hypothesis warns of long ones."""
        shown = repr(self.text)
        return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


@st.composite
def mutants(draw: st.DrawFn, values: list[dict[str, Any]]) -> Mutant:
    """One of these objects, with one value changed or deleted, or two."""
    value = copy.deepcopy(draw(st.sampled_from(values)))
    marks: dict[str, bytes] = {}
    for _ in range(draw(st.integers(1, 2))):
        paths = list(_paths(value))
        if paths:
            _change(value, draw(st.sampled_from(paths)), draw(_changes), marks)
    text = json.dumps(value).encode()
    for mark, change in marks.items():
        text = text.replace(f'"{mark}"'.encode(), change)
    return Mutant(text, _id(value.get("id"), marks))


def _id(value: object, marks: dict[str, bytes]) -> str | None:
    """The id, if it is a mark, the string that the mark stands for."""
    if value in marks:
        text = marks[str(value)]
        value = json.loads(text) if text.startswith(b'"') and text.isascii() else None
    return value if isinstance(value, str) else None


def _paths(value: Any) -> Iterator[Path]:
    """The paths of all values within a value, at any depth."""
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return
    for key, one in inner:
        yield (key,)
        yield from ((key, *path) for path in _paths(one))


def _change(value: Any, path: Path, change: bytes, marks: dict[str, bytes]) -> None:
    """Delete the value at a path, or put a mark in its place that stands for the change."""
    *outer, key = path
    for step in outer:
        value = value[step]
    if change == _DELETED:
        del value[key]
    else:
        value[key] = f"mark-{len(marks)}-"
        marks[value[key]] = change
