"""One measurement in a process of its own: `-m benchmarks.transform_process WHAT FILE TIMES`.

Prints JSON: seconds, and resident megabytes before (`idle`: everything is imported) and at the
peak. WHAT is one of

* `whole`: the transform of the part without S3: read, decode, check, all tables, Parquet;
* `floor`: gunzip, and typed decoding of each envelope, its page, and each entry;
* `bare`: gunzip, and typed decoding of each line down to its entries at once.
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
from spotify_pipeline.transform.lines import UNREADABLE, read_lines

_decode_envelope = msgspec.json.Decoder(Envelope).decode
_decode_page = msgspec.json.Decoder(responses.RawPage).decode
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


_WHAT: dict[str, Callable[[Fetch], None]] = {"whole": whole, "floor": floor, "bare": bare}


def main() -> None:
    what, file, times = sys.argv[1:]
    idle = _resident("VmRSS")
    began = time.perf_counter()
    for _ in range(int(times)):
        _WHAT[what](Path(file).read_bytes)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "idle": idle, "peak": _resident("VmHWM")}))


def _resident(what: str) -> float:
    """Megabytes now (VmRSS) or at the most (VmHWM); getrusage counts the parent's memory too."""
    [kibibytes] = re.findall(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kibibytes) * 1024 / 1e6


if __name__ == "__main__":
    main()
