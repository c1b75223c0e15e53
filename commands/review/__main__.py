"""make review. Exit code 0: summarized; 2: the templates could not be compared."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from commands.review.assemblies import (
    NotSynthesizedError,
    Templates,
    commit_of,
    difference,
    environments,
    extract,
    synthesize,
)
from commands.review.comparison import Comparison, compare
from commands.review.markdown import summary
from operations.terminal import SafeConsole

_SHORT = 9
_OUTPUT = SafeConsole(soft_wrap=True)
_ERRORS = SafeConsole(soft_wrap=True, stderr=True)


def main(head: Path) -> int:
    base = os.environ.get("BASE") or "main"
    try:
        with TemporaryDirectory() as folder:
            text = review(base, head, Path(folder))
    except NotSynthesizedError as error:
        _ERRORS.print(f"BASE={base} could not be compared: {error}", markup=False)
        return 2
    _OUTPUT.print(text, markup=False)
    return 0


def review(base: str, head: Path, folder: Path) -> str:
    """The summary of the checkout `head` against its base; `folder` is empty."""
    commit = commit_of(base, head)
    old = folder / "checkout"
    extract(commit, head, old)
    names = sorted({*environments(old), *environments(head)})
    found = [c for name in names for c in _compare_environment(name, old, head, folder)]
    return summary(f"Template changes since {commit[:_SHORT]} ({base})", names, found)


def _compare_environment(name: str, old: Path, head: Path, folder: Path) -> Iterator[Comparison]:
    output = folder / f"head-{name}"
    before = _templates(name, old, folder / f"base-{name}")
    after = _templates(name, head, output)
    for stack in sorted({*before, *after}):
        base, new = before.get(stack, {}), after.get(stack, {})
        if base != new:
            text = difference(stack, base, output) if new else "The stack is removed."
            yield compare(name, stack, base, new, text)


def _templates(environment: str, checkout: Path, output: Path) -> Templates:
    """An environment without configuration has no stacks."""
    known = environment in environments(checkout)
    return synthesize(environment, checkout, output) if known else {}


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
