"""One step in a process of its own: `-m benchmarks.imports.process STEP EXPORT FOLDER`.

STEP is a module of this package. Prints JSON: seconds, those of the processor, the megabytes
at the peak, and counts.
"""

import importlib
import json
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    step, export, folder = sys.argv[1:]
    module = importlib.import_module(f"benchmarks.imports.{step}")
    began = time.perf_counter()
    counts = module.run(Path(export), Path(folder))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"seconds": seconds, "processor": time.process_time(), "megabytes": peak}
    print(json.dumps({**figures, **counts}))


if __name__ == "__main__":
    main()
