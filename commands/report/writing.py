"""Writes the report on a deployment, and shows it where there is a display."""

import os
import sys
import webbrowser
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from commands.report.questions import answer_all
from operations.athena.parameters import literals
from operations.athena.query import run_query
from operations.deployment import Deployment
from operations.target import is_emulated
from report.answers import Result
from report.page import Page, render
from stacks.sql_file import SqlFile
from stacks.sql_files import saved_queries

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def write_report(deployment: Deployment, path: Path) -> list[str]:
    """Run all saved queries, write the page to `path`, and return the names of failed queries."""

    def run(query: SqlFile, values: Mapping[str, str]) -> Result:
        return run_query(deployment, query.text, literals(query.parameters, values))

    page = Page(
        environment=deployment.configuration.environment,
        made_at=datetime.now(UTC),
        is_emulated=is_emulated(deployment.configuration),
        answers=answer_all(saved_queries(), run),
    )
    path.write_text(render(page), encoding="utf-8")
    return [section.answer.query.name for section in page.failed]


def open_report(path: Path) -> None:
    """Open the page in the browser of whoever sits in front of this machine."""
    has_display = sys.platform == "darwin" or any(map(os.environ.get, _DISPLAYS))
    if has_display and sys.stdout.isatty():
        webbrowser.open(path.absolute().as_uri())
