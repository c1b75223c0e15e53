"""One measurement in a separate process: `-m benchmarks.transform_process VARIANT FILE TIMES`.

Prints JSON: seconds, and resident megabytes after the imports (`idle`) and at the peak. VARIANT is
one of

* `whole`: the whole transform except S3: read, decode, validate, build all tables, write Parquet;
* `floor`: decompress, and decode each envelope, its page and each entry separately;
* `bare`: decompress, and decode each line with its entries in one step.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from spotify_pipeline.keys import Part
from spotify_pipeline.raw import Envelope
from spotify_pipeline.transform import pages, responses
from spotify_pipeline.transform.conversion import read_part
from spotify_pipeline.transform.json_text.decoding import UNREADABLE
from spotify_pipeline.transform.lines import read_lines


class _RawPage(msgspec.Struct):
    items: list[msgspec.Raw]


_decode_envelope = msgspec.json.Decoder(Envelope).decode
_decode_page = msgspec.json.Decoder(_RawPage).decode
_decode_entry = msgspec.json.Decoder(responses.Entry).decode

Fetch = Callable[[], bytes]

_PART = Part("2026-03-01", "20260301T060000Z-bench-0a1b2c3d", "0000")


def whole(fetch: Fetch) -> None:
    read_part(_PART, fetch)


def floor(fetch: Fetch) -> None:
    for line in read_lines(fetch()):
        envelope = _decode_envelope(line)
        if envelope.kind == "playlist_items":
            for item in _decode_page(envelope.body).items:
                _decode_entry(item)


def bare(fetch: Fetch) -> None:
    for line in read_lines(fetch()):
        try:
            pages.read_page_line(line)
        except UNREADABLE:
            _decode_envelope(line)


_VARIANTS: dict[str, Callable[[Fetch], None]] = {"whole": whole, "floor": floor, "bare": bare}


def main() -> None:
    variant, file, times = sys.argv[1:]
    idle = _resident("VmRSS")
    began = time.perf_counter()
    for _ in range(int(times)):
        _VARIANTS[variant](Path(file).read_bytes)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "idle": idle, "peak": _resident("VmHWM")}))


def _resident(field: str) -> float:
    """Resident megabytes: current (VmRSS) or peak (VmHWM). getrusage includes the parent's."""
    [kibibytes] = re.findall(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kibibytes) * 1024 / 1e6


if __name__ == "__main__":
    main()
