"""The list of tracks that an import names: enrichment requests those that nothing else describes.

The object is gzip JSON, `{"<track id>": <number of plays>}`.
"""

import gzip
import zlib
from collections.abc import Mapping

import msgspec


def encode_wanted(plays: Mapping[str, int]) -> bytes:
    """The object of these numbers of plays by track id, the same bytes for the same numbers."""
    return gzip.compress(msgspec.json.encode(dict(plays), order="sorted"), mtime=0)


def decode_wanted(body: bytes) -> dict[str, int]:
    """The numbers of plays by track id. Raises ValueError for a damaged object."""
    try:
        return msgspec.json.decode(gzip.decompress(body), type=dict[str, int])
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"damaged list of tracks: {error}") from error
