"""Runs one attempt in this process; the last line of output is its result as JSON."""

import json
import resource
import sys
import time
from typing import Any

from spotify_pipeline.extract.handler import handler

# Kilobytes on Linux, bytes on macOS.
_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


class Context:
    function_name = "extract"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:extract"
    aws_request_id = "bench"

    def __init__(self) -> None:
        self._began = time.monotonic()

    def get_remaining_time_in_millis(self) -> float:
        return 1000 * (900 - (time.monotonic() - self._began))


def main() -> None:
    context: Any = Context()
    began = time.monotonic()
    summary = handler(json.loads(sys.argv[1]), context)
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MB
    print(json.dumps({"summary": summary, "seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main()
