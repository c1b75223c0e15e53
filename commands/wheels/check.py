"""The pins of a lock that lack a wheel for a machine, as uv resolves them. Nothing is installed."""

import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from commands.wheels.machines import WITHOUT_WHEELS, Machine

# uv puts a pin's marker in braces after its name.
_MISSING = re.compile(r"Because ([^\s={]+)(?:\{[^}]*\})?==(\S+) has no [^,]*wheels")

Resolve = Callable[[Sequence[str], Machine], str]
"""uv's error for these requirements on a machine; empty if each has a wheel."""


class NotCheckedError(Exception):
    """uv failed for a reason other than a missing wheel."""


@dataclass(frozen=True)
class Missing:
    pin: str
    machine: Machine

    def __str__(self) -> str:
        return (
            f"{self.pin} has no wheel for {self.machine.platform} with Python "
            f"{self.machine.python}: pin another version in pyproject.toml, with a marker "
            "for this platform"
        )


def requirements(lock: str) -> list[str]:
    """The pins of a lock file's text with their markers, without hashes."""
    lines = [line.removesuffix("\\").strip() for line in lock.splitlines() if line[:1].isalnum()]
    return [line for line in lines if not line.startswith(f"{WITHOUT_WHEELS}==")]


def missing_wheels(pins: Sequence[str], machine: Machine, resolve: Resolve) -> list[Missing]:
    """Every pin without a wheel. uv names one at a time. Raises NotCheckedError."""
    found: list[Missing] = []
    remaining = list(pins)
    while error := resolve(remaining, machine):
        named = _MISSING.search(error)
        pin = f"{named[1]}=={named[2]}" if named else ""
        kept = [other for other in remaining if other.split(" ")[0] != pin]
        if len(kept) == len(remaining):
            raise NotCheckedError(error)
        found.append(Missing(pin, machine))
        remaining = kept
    return found


def resolve_with_uv(pins: Sequence[str], machine: Machine, options: Sequence[str] = ()) -> str:
    """`Resolve` with the index that uv is configured with; `options` are added to its command."""
    command = [
        "uv",
        "pip",
        "install",
        "--quiet",
        "--dry-run",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    command += ["--python-platform", machine.platform]
    command += ["--python-version", machine.python]
    with TemporaryDirectory() as nothing:
        done = subprocess.run(
            [*command, *options, "--target", nothing, "--requirement", "-"],
            input="\n".join(pins),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode == 0:
        return ""
    return " ".join(done.stderr.split()) or f"uv ended with {done.returncode}"
