"""The Makefile in a checkout whose path has special characters."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", ["My Projects", "it's $HOME & (é)"])
def test_recipes_run_in_a_path_with_special_characters(folder: str, tmp_path: Path) -> None:
    checkout = tmp_path / folder
    commands = checkout / ".venv" / "bin"
    commands.mkdir(parents=True)
    for name in ("Makefile", "requirements-dev.txt"):
        shutil.copy(ROOT / name, checkout)
    for name in ("python", "uv"):
        recorder = commands / name
        recorder.write_text(f'#!/bin/sh\necho "{name} $*" >> calls\n')
        recorder.chmod(0o755)
    subprocess.run(
        ["make", "--silent", ".venv/ready", "PYTHON=true", "audit"],
        cwd=checkout,
        env=dict(os.environ),
        check=True,
        capture_output=True,
    )
    calls = (checkout / "calls").read_text()
    assert "python -m pip install" in calls
    assert "uv pip sync" in calls
    assert "python -m commands.audit" in calls


@pytest.mark.parametrize(("audit", "lint"), [(0, 0), (1, 2), (2, 0)])
def test_lint_tolerates_an_audit_without_result_only(audit: int, lint: int, tmp_path: Path) -> None:
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    (commands.parent / "ready").touch()
    (tmp_path / "requirements-dev.txt").touch()
    os.utime(tmp_path / "requirements-dev.txt", (0, 0))
    shutil.copy(ROOT / "Makefile", tmp_path)
    script = f'#!/bin/sh\n[ "$2" != commands.audit ] || exit {audit}\n'
    for name in ("python", "ruff", "actionlint", "zizmor"):
        (commands / name).write_text(script)
        (commands / name).chmod(0o755)
    done = subprocess.run(["make", "lint"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == lint


@pytest.mark.parametrize(
    ("given", "used"),
    [([], "local"), (["ENV=other"], "other")],
    ids=["that of the shell", "on the command line"],
)
def test_local_extract_ignores_the_shells_environment(
    tmp_path: Path, given: list[str], used: str
) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    for stamp in (tmp_path / ".venv" / "ready", tmp_path / ".local" / "emulator" / "ready"):
        stamp.parent.mkdir(parents=True)
    for name in ("Makefile", "requirements-dev.txt", "local/emulator.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "$ENV $*"\n')
    python.chmod(0o755)
    for name in (".venv/ready", ".local/emulator/ready"):
        (tmp_path / name).touch()
    done = subprocess.run(
        ["make", "local-extract", *given],
        cwd=tmp_path,
        env={**os.environ, "ENV": "dev"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{used} -m commands.local extract\n"


def test_environments_are_relocatable() -> None:
    recipes = (ROOT / "Makefile").read_text().splitlines()
    made = [line for line in recipes if "uv venv" in line]
    assert len(made) == 2
    assert all("--relocatable" in line for line in made)
