"""The comparisons as Markdown, equal changes of several environments once."""

import re
from collections.abc import Iterable, Sequence

from commands.review.comparison import Comparison
from commands.review.highlight import Highlight
from operations.terminal import one_line, printable

# GitHub shows a summary of at most 1 MiB.
_LONGEST_TEXT = 60_000

_PADDING = re.compile("[ ─]+")


def summary(title: str, environments: Sequence[str], comparisons: Sequence[Comparison]) -> str:
    lines = [f"## {title}", ""]
    if not comparisons:
        return "\n".join([*lines, f"No template changes in {_joined(environments)}.", ""])
    lines += _section("Destructive changes", "🛑", [(c, c.destructive) for c in comparisons])
    lines += _section("Wider permissions", "🔓", [(c, c.widening) for c in comparisons])
    lines += _overview(comparisons)
    for group in _equal_texts(comparisons):
        places = _joined([c.environment for c in group])
        lines += _details(f"{group[0].stack}: {places}", group[0].text)
    return "\n".join(lines)


def _equal_texts(comparisons: Sequence[Comparison]) -> list[list[Comparison]]:
    """Groups of the same text; its tables are as wide as the environment's name requires."""
    groups: dict[tuple[str, str], list[Comparison]] = {}
    for c in comparisons:
        groups.setdefault((c.stack, _PADDING.sub(" ", c.text)), []).append(c)
    return [groups[key] for key in sorted(groups)]


def _section(
    heading: str, sign: str, found: Iterable[tuple[Comparison, tuple[Highlight, ...]]]
) -> list[str]:
    places: dict[tuple[str, Highlight], list[str]] = {}
    for comparison, highlights in found:
        for highlight in highlights:
            key = (comparison.stack, highlight)
            places.setdefault(key, []).append(comparison.environment)
    if not places:
        return [f"**{heading}:** none", ""]
    lines = [f"### {sign} {heading}: {len(places)}", ""]
    lines += ["| stack | resource | change | environments |", "|---|---|---|---|"]
    for (stack, highlight), environments in sorted(places.items()):
        cells = [_code(stack), _code(highlight.resource), f"**{_code(highlight.change)}**"]
        lines.append(f"| {' | '.join(cells)} | {_joined(environments)} |")
    return [*lines, ""]


def _overview(comparisons: Sequence[Comparison]) -> list[str]:
    lines = ["### Resources", "", "| stack | environment | added | changed | replaced | removed |"]
    lines.append("|---|---|--:|--:|--:|--:|")
    for c in sorted(comparisons, key=lambda c: (c.stack, c.environment)):
        counts = " | ".join(map(str, (c.added, c.changed, c.replaced, c.removed)))
        lines.append(f"| {_code(c.stack)} | {c.environment} | {counts} |")
    return [*lines, ""]


def _details(title: str, text: str) -> list[str]:
    shown = printable(text[:_LONGEST_TEXT].strip())
    cut = ["…", "cut here: run make review"] if len(text) > _LONGEST_TEXT else []
    fence = "`" * 3
    while fence in shown:
        fence += "`"
    head = ["<details>", f"<summary>{title}</summary>", "", fence]
    return [*head, shown, *cut, fence, "", "</details>", ""]


def _code(text: str) -> str:
    """A code span for a table's cell. Nothing in it is markup."""
    plain = one_line(text).replace("`", "'").replace("|", "\\|")
    return f"`{plain}`"


def _joined(names: Sequence[str]) -> str:
    return ", ".join(sorted(set(names)))
