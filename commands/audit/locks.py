"""The versions that lock files pin, for every platform and Python version."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")


@dataclass(frozen=True, order=True)
class Pin:
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


def read_pins(lock: Path) -> set[Pin]:
    """Every pin of a lock file. Markers are ignored: a pin counts wherever it is installed.

    Raises ValueError for a requirement that is not pinned with `==`, and for an empty lock.
    """
    lines = [line for line in lock.read_text().splitlines() if line.strip()]
    requirements = [line for line in lines if not line.startswith((" ", "\t", "#"))]
    if not requirements:
        raise ValueError(f"{lock} pins nothing: write it with make lock")
    return {_pin(lock, line) for line in requirements}


def rounds(pins: Iterable[Pin]) -> list[list[Pin]]:
    """The pins in groups that name each package once, as pip-audit requires."""
    groups: list[dict[str, Pin]] = []
    for pin in sorted(pins):
        group = next((group for group in groups if pin.name not in group), None)
        if group is None:
            groups.append(group := {})
        group[pin.name] = pin
    return [list(group.values()) for group in groups]


def _pin(lock: Path, line: str) -> Pin:
    found = _PIN.match(line)
    if found is None:
        raise ValueError(f"{lock} has a requirement without ==version: {line!r}; run make lock")
    return Pin(found[1], found[2])
