"""Writes the page: one HTML document without scripts that requests nothing from anywhere."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from report.answers import Answer
from report.sections import Section, section_of

COVERAGE = "coverage"
"""The saved query that leads the page."""

_FIRST = (COVERAGE, "playlist_freshness")

_STYLE = "page.css"


@dataclass(frozen=True, kw_only=True)
class Page:
    """All answers by name, the environment that they are of, and when they were obtained.

    `is_emulated` is whether Athena was the emulator's.
    """

    environment: str
    made_at: datetime
    is_emulated: bool
    answers: Mapping[str, Answer]

    @cached_property
    def sections(self) -> Sequence[Section]:
        """The sections by title: coverage and freshness first, those with parameters last."""
        return [section_of(answer) for answer in sorted(self.answers.values(), key=_place)]

    @property
    def failed(self) -> Sequence[Section]:
        return [section for section in self.sections if section.failure]

    @property
    def usd(self) -> float:
        return sum(section.usd for section in self.sections)


def _place(answer: Answer) -> tuple[int, bool, str]:
    query = answer.query
    first = _FIRST.index(query.name) if query.name in _FIRST else len(_FIRST)
    return first, bool(query.parameters), query.title


def render(page: Page) -> str:
    """The page as HTML. Its content security policy allows its own style sheet and nothing else."""
    environment = Environment(
        loader=PackageLoader("report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["size"] = _size
    loader = environment.loader
    assert loader
    style = loader.get_source(environment, _STYLE)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("page.html").render(
        page=page,
        made_at=page.made_at.astimezone(UTC),
        style=Markup(style),  # noqa: S704 - a file of this package
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'",
        coverage=COVERAGE,
    )


def _size(count: int) -> str:
    """A number of bytes in decimal units, as Athena's prices have them."""
    size, units = float(count), ["bytes", "kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:  # noqa: PLR2004
        size, units = size / 1000, units[1:]
    return f"{size:,.0f} {units[0]}" if units[0] == "bytes" else f"{size:,.1f} {units[0]}"
