"""The written page: where it goes, what it tells about failures, and when it opens."""

import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import pytest

from commands.report import writing
from commands.report.writing import open_report, write_report
from commands.variables import VariableError, new_file
from operations.athena.query import QueryFailedError
from operations.deployment import Deployment
from report.answers import Result
from stacks.configuration import load
from stacks.sql_files import saved_queries
from tests.unit.report.answers import FakeResult

DEPLOYMENT = Deployment({}, load("local", {}))
QUERIES = {query.text: query for query in saved_queries()}
BROKEN = next(query for query in QUERIES.values() if query.name == "run_history")


def fake_run(deployment: Deployment, sql: str, parameters: Sequence[str] = ()) -> Result:
    if sql == BROKEN.text:
        raise QueryFailedError("Athena refused it")
    columns = QUERIES[sql].chart.columns
    return FakeResult(columns, ["varchar"] * len(columns), [])


def test_the_page_has_every_saved_query_and_failures_are_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "run_query", fake_run)
    path = tmp_path / "report.html"
    assert write_report(DEPLOYMENT, path) == [BROKEN.name]
    page = path.read_text(encoding="utf-8")
    assert all(f'<section id="{query.name}"' in page for query in QUERIES.values())
    assert "Athena refused it" in page


class FakeTerminal:
    def __init__(self, *, is_terminal: bool) -> None:
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("platform", "variable", "is_terminal", "opens"),
    [
        ("linux", "DISPLAY", True, True),
        ("linux", "WAYLAND_DISPLAY", True, True),
        ("darwin", None, True, True),
        ("linux", None, True, False),
        ("linux", "DISPLAY", False, False),
        ("darwin", None, False, False),
    ],
)
def test_the_page_opens_for_a_person_in_front_of_a_display(
    platform: str,
    variable: str | None,
    is_terminal: bool,
    opens: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, ":0")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "stdout", FakeTerminal(is_terminal=is_terminal))
    monkeypatch.setattr(webbrowser, "open", opened.append)
    open_report(tmp_path / "report.html")
    assert opened == ([(tmp_path / "report.html").as_uri()] if opens else [])


def test_a_file_in_a_folder_that_exists_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "old.html").touch()
    for name in ("new.html", "old.html"):
        assert new_file("OUT")(str(tmp_path / name)) == tmp_path / name


@pytest.mark.parametrize("name", ["", "absent/report.html"])
def test_any_other_path_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(VariableError, match=r"OUT=.* cannot be written: expected the path"):
        new_file("OUT")(str(tmp_path / name))
