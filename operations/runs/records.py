"""Reads the first record of a raw part."""

import gzip
import io

import msgspec

from spotify_pipeline.raw import Envelope


def first_kind(body: bytes) -> str:
    """The kind of a raw part's first record. Raises one of UNREADABLE."""
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as lines:
        return msgspec.json.decode(lines.readline(), type=Envelope).kind
