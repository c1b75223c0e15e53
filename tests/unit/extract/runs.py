"""The event of a run, and the raw records that it stores."""

import gzip
from collections import Counter
from typing import Any

import msgspec

from spotify_pipeline.keys import Part
from tests.conftest import Aws

EVENT: dict[str, Any] = {
    "time": "2026-03-01T06:00:00Z",
    "schedule": "daily",
    "sources": {"my_playlists": True, "playlists": ["37i9dQZF1DXcBWIGoYBM5M"]},
}


class KilledError(BaseException):
    """The function's process was killed."""


def raw_records(aws: Aws) -> list[tuple[str, dict[str, Any]]]:
    """Every raw record, with the name of its part."""
    return [
        (part_name(key), msgspec.json.decode(line))
        for key in aws.raw_keys()
        for line in gzip.decompress(aws.read(key)).splitlines()
    ]


def entries_by_playlist(aws: Aws) -> Counter[str]:
    """The number of entries in raw parts, by playlist."""
    counts: Counter[str] = Counter()
    for _, record in raw_records(aws):
        context = record["context"]
        if record["kind"] == "playlist_items":
            counts[context["playlist_id"]] += len(record["body"]["items"])
        elif record["kind"] == "playlist" and "embedded" in context:
            counts[context["playlist_id"]] += context["embedded"]
    return counts


def part_name(key: str) -> str:
    return Part.from_raw_key(key).name


def part_names(aws: Aws) -> list[str]:
    """The names of all raw parts but run records."""
    return [name for name in map(part_name, aws.raw_keys()) if name.isdecimal()]
