"""The commands of the runbook, docs/operations.md."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"

_COMMAND = re.compile(r"`((?:make|cdk|aws|python) [^`]+)`")


def commands() -> set[str]:
    """The commands with their placeholders; the bare name of a target is a mention."""
    found = set(_COMMAND.findall(re.sub(r"\s*\n\s*", " ", PAGE.read_text())))
    return {one for one in found if len(one.split()) > 2 or one == "make cost"}
