"""Text with control characters, on terminals and in files."""

import subprocess
import sys
from io import StringIO

import pytest
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from local.deployment import ROOT
from operations.terminal import SafeConsole, one_line, printable
from tests.unit.operations.hostile import HOSTILE, harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x00\x08\x0b\x0c\r\x7f", "␀␈␋␌␍␡"),
        ("\x80\x9b2J\x9d\x9f", "��2J��"),
        ("\u202a\u202e\u2066\u2069", "����"),
        ("\ud800", "�"),
        ("a\r\nb\n\tc", "a\nb\n\tc"),
        ("Ünïcödé مرحبا 👩‍🚀 日本", "Ünïcödé مرحبا 👩‍🚀 日本"),
    ],
)
def test_control_characters_become_visible_and_other_text_stays(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_name_cannot_break_its_line() -> None:
    assert one_line("a\nb\tc\u2028d\u2029e\r\nf") == "a␊b␉c�d�e␍␊f"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_no_way_of_printing_lets_control_characters_through(is_terminal: bool) -> None:
    console = SafeConsole(file=StringIO(), force_terminal=is_terminal, width=300)
    table = Table(HOSTILE, title=HOSTILE)
    table.add_row(HOSTILE)
    table.add_row(Text(HOSTILE))
    for renderable in (HOSTILE, Text(HOSTILE), table, Panel(HOSTILE)):
        console.print(renderable)
    console.out(HOSTILE)
    console.log(HOSTILE)
    console.rule(HOSTILE)
    with console.status(HOSTILE):
        console.print(HOSTILE, markup=False, soft_wrap=True)
    with Live(HOSTILE, console=console) as live:
        live.update(Text(HOSTILE))
    with console.capture() as captured:
        console.print(Text(HOSTILE))
    for output in (written(console), captured.get()):
        assert "evil" in output
        assert harmless(output)


def test_own_styles_and_cursor_control_stay() -> None:
    console = SafeConsole(file=StringIO(), force_terminal=True, color_system="standard")
    with console.status("busy"):
        console.print("[red]✗[/] no")
    assert "\x1b[31m✗\x1b[0m no" in written(console)
    assert "\x1b[?25l" in written(console)


def test_columns_are_as_wide_as_what_replaces_control_characters() -> None:
    console = SafeConsole(file=StringIO(), width=80)
    table = Table("name", "next")
    for name in ("\x1b\x1b\x1b\x9b\x07", "plain"):
        table.add_row(name, "|")
    console.print(table)
    lines = [line for line in written(console).splitlines() if "│" in line]
    assert len({line.rindex("│") for line in lines}) == 1
    assert "␛␛␛�␇" in lines[0]


@pytest.mark.parametrize(
    ("module", "command"), [("commands.operations", "replay"), ("commands.local", "extract")]
)
def test_a_usage_error_is_harmless(module: str, command: str) -> None:
    done = python("-m", module, command, f"--{HOSTILE}")
    assert done.returncode == 2
    assert "evil" in done.stderr
    assert harmless(done.stdout + done.stderr)


def test_an_expected_error_is_harmless() -> None:
    done = python(
        "-m",
        "commands.operations",
        "replay",
        "--environment",
        "dev",
        "--first",
        HOSTILE,
        "--last",
        HOSTILE,
    )
    assert done.returncode == 2
    assert "FROM=evil" in done.stdout
    assert "\n✓ all done" not in done.stdout
    assert "Traceback" not in done.stderr
    assert harmless(done.stdout + done.stderr)


def test_a_traceback_is_harmless() -> None:
    code = "import sys; from operations.terminal import guard_stderr; guard_stderr()\n"
    done = python("-c", f"{code}raise Exception(sys.argv[1])", HOSTILE)
    assert "Exception: evil" in done.stderr
    assert harmless(done.stderr)


def written(console: SafeConsole) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
