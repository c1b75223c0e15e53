"""Colors of charts: custom properties of the page, so that one picture suits light and dark.

Vega accepts literal colors only. So it gets a placeholder for each property.
"""

import re

INK, QUIET, GRID, ACCENT = "#010100", "#010101", "#010102", "#010103"
SERIES = [f"#0102{n:02x}" for n in range(8)]
STEPS = [f"#0103{n:02x}" for n in range(5)]
"""From small to large."""

_PROPERTIES = {INK: "--ink", QUIET: "--quiet", GRID: "--line", ACCENT: "--series-1"}
_PROPERTIES |= {placeholder: f"--series-{n}" for n, placeholder in enumerate(SERIES, 1)}
_PROPERTIES |= {placeholder: f"--step-{n}" for n, placeholder in enumerate(STEPS, 1)}
_ATTRIBUTE = re.compile(r'(fill|stroke)="(#010[0-3][0-9]{2})"')


def with_properties(svg: str) -> str:
    """The picture with custom properties in place of the placeholders."""
    return _ATTRIBUTE.sub(lambda found: f'{found[1]}="var({_PROPERTIES[found[2]]})"', svg)
