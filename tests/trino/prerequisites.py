"""What Trino needs of this machine: `python -m tests.trino.prerequisites` checks it."""

import sys
from pathlib import Path

from commands.display import console
from commands.variables import EXIT_CODE
from tests.trino.java import MissingPrerequisiteError, find_java

LEAST_GB = 5.0
"""Of free memory: Trino's heap of 4 GB, and what Java and the emulator take besides."""

_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def check_machine() -> None:
    """Raises MissingPrerequisiteError if Java or memory is missing."""
    find_java()
    check_memory(available_gb())


def check_memory(available: float) -> None:
    """Raises MissingPrerequisiteError."""
    if available < LEAST_GB:
        raise MissingPrerequisiteError(
            f"Trino needs {LEAST_GB:.0f} GB of free memory, and there are {available:.1f}: "
            "end other programs"
        )


def available_gb(
    meminfo: Path = Path("/proc/meminfo"), limits: tuple[Path, ...] = _LIMITS
) -> float:
    """The memory that programs can have, within a container's limit; infinite where unknown."""
    found = [float("inf")]
    if meminfo.is_file():
        lines = (line.split() for line in meminfo.read_text().splitlines())
        found += [int(line[1]) * 1024 for line in lines if line[0] == "MemAvailable:"]
    texts = (path.read_text().strip() for path in limits if path.is_file())
    found += [int(text) for text in texts if text.isdecimal()]
    return min(found) / 1e9


def main() -> None:
    try:
        check_machine()
    except MissingPrerequisiteError as error:
        console.print_error(error)
        sys.exit(EXIT_CODE)


if __name__ == "__main__":
    main()
