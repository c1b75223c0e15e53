"""The lines of a raw part."""

import gzip
import io
from collections.abc import Iterator

_BUFFER = 1 << 18
"""Bytes taken at a time: what gzip streams give by themselves costs a third of the time more."""


def lines(compressed: bytes) -> Iterator[bytes]:
    """Each line. Raises OSError, EOFError or zlib.error if the gzip stream is damaged."""
    with gzip.open(io.BytesIO(compressed)) as stream:
        yield from io.BufferedReader(stream, _BUFFER)
