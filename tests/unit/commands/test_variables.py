"""Every variable of the make targets: a wrong value is refused in one sentence, exit code 2."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from commands import local, operations
from commands.audit.__main__ import main as audit
from commands.credentials import read_credentials
from commands.logs.span import duration
from commands.variables import VariableError, switch
from fake_spotify.regime import Regime
from local.machine import Spotify

ROOT = Path(__file__).parents[3]
GIVEN = {"client_id": "id", "client_secret": "hidden"}
AFTER_REPLAY = {"ENV": "dev", "FROM": "2026-03-01", "TO": "2026-03-02"}

Refused = Callable[..., str]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run a command that must end with exit code 2 and one line; return the line."""

    def started(*_: object) -> None:
        pytest.fail("the command started")

    def run(main: Callable[[], None], command: str, **variables: str) -> str:
        for module, name in (
            (local, "machine"),
            (local, "running"),
            (operations, "_deployment"),
            (operations, "reach"),
        ):
            monkeypatch.setattr(module, name, started)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["command", *command.split()])
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 2
        [line] = capsys.readouterr().out.splitlines()
        return line

    return run


LOCAL = [
    ("demo", "DAYS", "three", "expected a whole number from 1"),
    ("demo", "DAYS", "0", "expected a whole number from 1"),
    ("demo", "DAYS", "1.5", "expected a whole number from 1"),
    ("demo", "DAYS", "-1", "expected a whole number from 1"),
    ("demo", "DAYS", "1_0", "expected a whole number from 1"),
    ("demo", "DAYS", "9" * 5000, "expected a whole number from 1"),
    ("demo", "PORT", "http", "expected a whole number from 1 to 65535"),
    ("demo", "PORT", "0", "expected a whole number from 1 to 65535"),
    ("up", "PORT", "65536", "expected a whole number from 1 to 65535"),
    ("demo", "REGIME", "new", "expected EXT, OLD-DEV or NEW-DEV"),
    ("up", "REGIME", "EXT ED", "expected EXT, OLD-DEV or NEW-DEV"),
    ("demo", "GRANT", "me", "expected user or app"),
    ("demo", "DATA", "absent.json.gz", "expected the path of a recording of playlists"),
    ("up", "DATA", "tests", "expected the path of a recording of playlists"),
    ("demo", "DATA", "README.md", "expected a recording of playlists"),
    ("up", "DATA", "README.md", "expected a recording of playlists"),
    ("up", "SECRET", "absent.json", 'expected the path of JSON with "client_id"'),
    ("up", "SECRET", "tests", 'expected the path of JSON with "client_id"'),
    ("up", "SECRET", "README.md", 'expected JSON with "client_id"'),
    ("up", "SPOTIFY_API_URL", "ftp://x/", "expected an address that begins with https://"),
    ("up", "SPOTIFY_API_URL", "https://x/v1", "and ends in /"),
    ("up", "SPOTIFY_API_URL", "http://[/", "expected an address that begins with https://"),
    ("up", "SPOTIFY_TOKEN_URL", "http://x", "expected an address that begins with https://"),
    ("up", "SPOTIFY_TOKEN_URL", "https://", "expected an address that begins with https://"),
    ("extract", "DAY", "yesterday", "expected YYYY-MM-DD, as in DAY=2026-01-31"),
    ("extract", "DAY", "2026-02-30", "expected YYYY-MM-DD"),
    ("extract", "DAY", "01/03/2026", "expected YYYY-MM-DD"),
]
OPERATIONS = [
    ("auth", "ENV", "nope", "expected dev, local or prod, a file in config/"),
    ("replay", "ENV", "../config/dev", "expected dev, local or prod"),
    ("redrive", "ENV", "", "expected dev, local or prod"),
    ("auth", "AUTH_PORT", "8888/tcp", "expected a whole number from 1 to 65535"),
    ("auth", "AUTH_PORT", "70000", "expected a whole number from 1 to 65535"),
    ("auth", "NO_BROWSER", "perhaps", "expected 1 or 0"),
    ("secret", "FILE", "absent.json", 'expected the path of JSON with "client_id"'),
    ("secret", "FILE", "README.md", 'expected JSON with "client_id"'),
    ("extract", "SCHEDULE", "weekly", "is no schedule of config/dev.toml: expected daily"),
    ("deploy", "ENV", "nope", "expected dev, local or prod"),
    ("destroy", "ENV", "", "expected dev, local or prod"),
    ("replay", "FROM", "last week", "expected YYYY-MM-DD, as in FROM=2026-01-31"),
    ("replay", "TO", "2026-13-01", "expected YYYY-MM-DD, as in TO=2026-01-31"),
    ("replay", "FROM", "2026-03-03", "is after TO=2026-03-02: give the earlier day as FROM"),
]


@pytest.mark.parametrize(
    ("main", "command", "name", "value", "accepted"),
    [
        *((local.main, *case) for case in LOCAL),
        *((operations.main, *case) for case in OPERATIONS),
    ],
)
def test_a_wrong_variable_is_refused(
    refused: Refused, main: Callable[[], None], command: str, name: str, value: str, accepted: str
) -> None:
    line = refused(main, command, **AFTER_REPLAY | {name: value})
    assert line.startswith(f"✗ {name}={value} ")
    assert accepted in line


@pytest.mark.parametrize("absent", ["FROM", "TO"])
def test_a_replay_without_a_range_is_refused(refused: Refused, absent: str) -> None:
    line = refused(operations.main, "replay", **AFTER_REPLAY | {absent: ""})
    assert "FROM and TO are required, as in FROM=2026-01-01 TO=2026-01-31" in line


def test_a_wrong_timeout_is_refused(refused: Refused) -> None:
    line = refused(operations.main, "auth --timeout soon", ENV="dev")
    assert "--timeout=soon is not accepted: expected a whole number from 1" in line


def test_another_spotify_needs_both_addresses_and_the_secret(refused: Refused) -> None:
    line = refused(local.main, "up", SPOTIFY_API_URL="https://x/v1/")
    assert "needs SPOTIFY_API_URL=, SPOTIFY_TOKEN_URL= and SECRET=" in line


def test_an_unknown_service_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVICE", "npm audit")
    assert audit([]) == 2
    assert capsys.readouterr().err == "✗ SERVICE=npm audit is unknown: expected pypi or osv\n"


def test_make_refuses_an_invalid_python(tmp_path: Path) -> None:
    (tmp_path / "requirements-dev.txt").touch()
    command = ["make", "-f", str(ROOT / "Makefile"), ".venv/ready", "PYTHON=python2.4"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "PYTHON=python2.4 is not accepted: expected Python 3.11 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    "recording",
    [
        b"",
        gzip.compress(b"{}")[:-4],
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff",
        gzip.compress(b"\xff\xfe"),
        gzip.compress(b'{"days": [], "artists": {}, "albums": {}, "tracks": {}, "playlists": {}}'),
        gzip.compress(
            b'{"days": ["2026-03-01"], "artists": {}, "albums": {}, "tracks": {}, "playlists":'
            b' {"p": {"2026-03-01": {"name": "", "description": "", "tracks": ["unknown"]}}}}'
        ),
        gzip.compress(
            b'{"days": ["2026-03-01"], "artists": {}, "albums": {}, "tracks": {}, "playlists":'
            b' {"p": {}}}'
        ),
    ],
    ids=["empty", "cut", "garbled", "no text", "no days", "unknown track", "no history"],
)
def test_an_invalid_recording_is_refused(
    refused: Refused, tmp_path: Path, recording: bytes
) -> None:
    path = tmp_path / "file.json.gz"
    path.write_bytes(recording)
    line = refused(local.main, "demo", DATA=str(path))
    assert line.startswith(f"✗ DATA={path} is not a recording of playlists: ")


def test_the_fake_refuses_an_invalid_recording() -> None:
    command = [sys.executable, "-m", "fake_spotify", "--data", "README.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "error: README.md is not a recording of playlists" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_secret_is_read_as_any_editor_saves_it(tmp_path: Path, mark: str, line_end: str) -> None:
    path = tmp_path / "secret.json"
    text = json.dumps(GIVEN | {"scope": "own"}, indent=1).replace("\n", line_end)
    path.write_bytes(f"{mark}{text}{line_end}".encode())
    assert read_credentials(path) == GIVEN | {"scope": "own"}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Input data was truncated"),
        (b'{"client_id": "id"}', "missing required field `client_secret`"),
        (b'{"client_id": "id", "client_secret": ""}', "length >= 1 - at `$.client_secret`"),
        (b'{"client_id": 7, "client_secret": "hidden"}', "at `$.client_id`"),
        (b'["id", "hidden"]', "Expected `object`"),
        (json.dumps(GIVEN).encode("utf-16"), "is not UTF-8"),
    ],
)
def test_a_secret_that_cannot_be_used_is_refused_and_not_shown(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    path = tmp_path / "secret.json"
    path.write_bytes(content)
    with pytest.raises(VariableError) as error:
        read_credentials(path)
    assert str(error.value).startswith(f"SECRET={path} ")
    assert fault in str(error.value)
    assert "hidden" not in str(error.value)


def test_accepted_values_reach_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With space around them, in any case, and from the file that they name."""
    handed: list[object] = []

    def take(*arguments: object) -> None:
        handed.extend(arguments)
        raise RuntimeError

    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(GIVEN))
    variables = {"PORT": " 4567 ", "REGIME": "old-dev", "SECRET": str(secret)}
    monkeypatch.setattr(local, "FOLDER", tmp_path)
    monkeypatch.setattr(local, "machine", take)
    monkeypatch.setattr(os, "environ", {**os.environ, **variables})
    monkeypatch.setattr(sys, "argv", ["command", "up"])
    with pytest.raises(SystemExit):
        local.main()
    _, port, spotify, _ = handed
    assert port == 4567
    assert isinstance(spotify, Spotify)
    assert (spotify.regime, spotify.credentials) == (Regime.OLD_DEV, GIVEN)


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("yes", True), ("0", False), (" No", False)]
)
def test_a_switch_is_on_or_off(value: str, on: bool) -> None:
    assert switch("NO_BROWSER")(value) is on


@pytest.mark.parametrize("value", ["2x", "d", "0d", "-1h", "1.5h", "123456m"])
def test_a_wrong_span_is_refused(value: str) -> None:
    with pytest.raises(VariableError, match="expected minutes, hours or days"):
        duration("SINCE")(value)


@pytest.mark.parametrize(("value", "hours"), [("30m", 0.5), ("6h", 6), (" 2d ", 48)])
def test_a_span_is_minutes_hours_or_days(value: str, hours: float) -> None:
    assert duration("SINCE")(value) == timedelta(hours=hours)
