"""The tracks that an export names, with their plays: enrichment describes them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

_TRACK = re.compile(rb'"spotify:track:([0-9A-Za-z]{22})"')


def track_plays(records: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """The number of records of each track id. Account data names no ids."""
    found: Counter[str] = Counter()
    for record in records:
        uri = record.get("spotify_track_uri")
        if isinstance(uri, msgspec.Raw) and (match := _TRACK.fullmatch(bytes(uri))):
            found[match[1].decode()] += 1
    return found
