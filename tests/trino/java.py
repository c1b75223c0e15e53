"""Java and Maven on this machine: Trino is a Java program whose jars Maven downloads."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

LEAST_JAVA = 25
"""The version that Trino 483 needs."""

_INSTALLED = ("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines")
_VERSION = re.compile(r'^JAVA_VERSION="(\d+)', re.M)


class MissingPrerequisiteError(Exception):
    """A program is missing; the message says how to provide it."""


def find_java() -> Path:
    """The home of a Java that can run Trino. Raises MissingPrerequisiteError."""
    return first_usable(homes())


def find_maven() -> Path:
    """The program mvn. Raises MissingPrerequisiteError."""
    if found := shutil.which("mvn"):
        return Path(found)
    raise MissingPrerequisiteError(
        "There is no mvn on the PATH: install Maven, as with `apt-get install maven`"
    )


def homes() -> Iterator[Path]:
    """Where Java may be: JAVA_HOME, the PATH, and the places of installers, in this order."""
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home)
    if program := shutil.which("java"):
        yield Path(program).resolve().parent.parent
    for folder in map(Path, _INSTALLED):
        for found in sorted(folder.glob("*"), reverse=True):
            yield found / "Contents" / "Home" if (found / "Contents").is_dir() else found


def first_usable(candidates: Iterable[Path]) -> Path:
    """The first home whose Java can run Trino. Raises MissingPrerequisiteError with the others."""
    refused = {}
    for home in candidates:
        version = java_version(home)
        if version >= LEAST_JAVA and (home / "bin" / "java").exists():
            return home
        if version:
            refused[str(home)] = version
    found = ", ".join(f"{version} in {home}" for home, version in refused.items()) or "none"
    raise MissingPrerequisiteError(
        f"Trino needs Java {LEAST_JAVA} or newer, and there is {found}: "
        "install one, and set JAVA_HOME to its folder"
    )


def java_version(home: Path) -> int:
    """The major version that a Java's own release file states; 0 without one."""
    release = home / "release"
    match = _VERSION.search(release.read_text()) if release.is_file() else None
    return int(match[1]) if match else 0
