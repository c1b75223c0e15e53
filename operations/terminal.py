"""Prints untrusted data: no control character in it reaches the terminal."""

import io
import re
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.segment import Segment
from rich.text import Text

# C0 except tab and newline, DEL, C1, bidirectional embeddings, overrides and isolates, and lone
# surrogates, which no stream can encode.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINE_BREAK = re.compile(r"[\t\n\u2028\u2029]")
_DELETE = 0x7F
_CONTROL_PICTURES = 0x2400
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """The text with a visible symbol for each control character. Keeps tabs and line breaks."""
    return _CONTROL.sub(_symbol, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text as `printable` returns it, with symbols for tabs and line breaks too.

    A name printed on a line of its own cannot imitate further lines of output.
    """
    return printable(_LINE_BREAK.sub(_symbol, text))


class SafeConsole(Console):
    """A Rich console on which only Rich's own control sequences have an effect."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, emoji=False, **options)

    def print_error(self, error: Exception) -> None:
        """Print an expected error as the last line of a command."""
        self.print(f"[red]✗[/] {escape(str(error))}", soft_wrap=True)

    def render_str(self, text: str, **options: Any) -> Text:
        """Replace control characters before layout, so that columns get their real width."""
        return super().render_str(printable(text), **options)

    def _render_buffer(self, buffer: Iterable[Segment]) -> str:
        """Replace what is left in text segments, and drop links: all output passes here."""
        return super()._render_buffer(map(_safe, buffer))


class _SafeStream(io.TextIOWrapper):
    def write(self, text: str) -> int:
        return super().write(printable(text))


def guard_stderr() -> None:
    """Replace control characters in usage errors, warnings and tracebacks too."""
    sys.stderr = _SafeStream(
        sys.stderr.buffer,
        encoding=sys.stderr.encoding,
        errors="backslashreplace",
        line_buffering=True,
    )


def _safe(segment: Segment) -> Segment:
    if segment.control:
        return segment
    style = segment.style.update_link(None) if segment.style else None
    return Segment(printable(segment.text), style)


def _symbol(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < ord(" "):
        return chr(_CONTROL_PICTURES + code)
    return "\N{SYMBOL FOR DELETE}" if code == _DELETE else _REPLACEMENT
