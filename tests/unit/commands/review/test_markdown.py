"""The Markdown of comparisons."""

from dataclasses import replace

from commands.review.comparison import Comparison
from commands.review.highlight import Highlight
from commands.review.markdown import summary

CHANGED = Comparison(
    environment="dev",
    stack="spotify-ENV-catalog",
    added=0,
    changed=1,
    replaced=0,
    removed=0,
    destructive=(Highlight("AWS::Glue::Table Tracks", "removed and deleted"),),
    widening=(),
    text="│ ${Role} │\n├────────┤",
)
WIDER = replace(CHANGED, environment="prod", text="│ ${Role}  │\n├─────────┤")


def test_equal_changes_of_environments_are_shown_once() -> None:
    lines = summary("Changes", ["dev", "prod"], [CHANGED, WIDER]).splitlines()
    assert [line for line in lines if "removed and deleted" in line] == [
        "| `spotify-ENV-catalog` | `AWS::Glue::Table Tracks` | **`removed and deleted`** "
        "| dev, prod |"
    ]
    assert [line for line in lines if line.startswith("<summary>")] == [
        "<summary>spotify-ENV-catalog: dev, prod</summary>"
    ]


def test_nothing_in_a_template_is_markup() -> None:
    hostile = Highlight("AWS::Glue::Table A", "a` | <img>\n\x1b[2J")
    text = summary("Changes", ["dev"], [replace(CHANGED, destructive=(hostile,))])
    assert "**`a' \\| <img>␊␛[2J`**" in text


def test_a_fence_in_the_difference_does_not_end_its_block() -> None:
    text = summary("Changes", ["dev"], [replace(CHANGED, text="```\n# not a heading\n```")])
    assert "````\n```\n# not a heading\n```\n````" in text


def test_a_very_long_difference_is_cut() -> None:
    text = summary("Changes", ["dev"], [replace(CHANGED, text="x" * 100_000)])
    assert len(text) < 70_000
    assert "cut here: run make review" in text
