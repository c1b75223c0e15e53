"""The runbook: every command is executed, every run status and every link has its place."""

import re
from pathlib import Path

import pytest

from spotify_pipeline.statuses import RunStatus
from tests.runbook import PAGE, commands

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

_EXECUTED = re.compile(r'runbook(?:\.\w+)?\(\s*"([^"]+)"')
_LINK = re.compile(r"\]\(([^)\s:]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.M)


def anchors(page: Path) -> set[str]:
    """As GitHub forms them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(page.read_text())
    }


def test_every_command_of_the_runbook_is_executed() -> None:
    scenarios = (ROOT / "tests" / "e2e" / "test_runbook.py").read_text()
    assert set(_EXECUTED.findall(scenarios)) == commands()


def test_every_run_status_has_cause_check_and_remedy() -> None:
    section = PAGE.read_text().split("\n## Run statuses\n")[1].split("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    assert {len(row) for row in rows} == {4}
    assert {row[0].split("`")[1] for row in rows} == set(RunStatus)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text()):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
