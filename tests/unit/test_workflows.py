"""The workflows of GitHub Actions, beyond what make lint checks."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github").glob("workflows/*.yml")) + sorted(
    (ROOT / ".github" / "actions").glob("*/action.yml")
)
_TARGET = re.compile(r"\bmake (?:--\w+ )*([a-z./-]+)")
_USES = re.compile(r"\buses: (\S+)(?: # (\S+))?$", re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + "/" + file.name)
def test_every_make_target_exists(file: Path) -> None:
    targets = re.findall(r"^([a-z./-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    called = _TARGET.findall("\n".join(_without_comments(file)))
    assert not set(called) - set(targets)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + "/" + file.name)
def test_every_action_is_pinned_to_a_commit_and_named(file: Path) -> None:
    for action, version in _USES.findall(file.read_text()):
        if action.startswith("$/"):
            assert (ROOT / action.removeprefix("$/")).exists()
        else:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
            assert re.fullmatch(r"v\d+\.\d+\.\d+", version)


def test_an_action_has_the_same_version_everywhere() -> None:
    uses = {found for file in FILES for found in _USES.findall(file.read_text())}
    names = [action.partition("@")[0] for action, _ in uses]
    assert sorted(names) == sorted(set(names))


def _without_comments(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]
