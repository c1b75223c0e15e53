"""A checkout of the project with a configuration of its own, on the servers of a machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.deployment import ASSEMBLY, ROOT
from local.machine import Machine

_FILES = ("Makefile", "app.py", "cdk.json", "requirements-dev.txt")
_FOLDERS = ("commands", "config", "fake_spotify", "lambda_src", "local", "operations", "sql")


class Checkout:
    """Runs make in a copy of the project; the emulator and the fake Spotify are the machine's."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns("__pycache__")
        for name in (*_FOLDERS, "stacks"):
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name in _FILES:
            shutil.copy2(ROOT / name, folder)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        (folder / ".local").mkdir(0o700)
        (folder / ".local" / "emulator").symlink_to(ROOT / ".local" / "emulator")
        # With the layers that are built already.
        (folder / ".local" / "cdk.out").symlink_to(ASSEMBLY)
        machine.save_record()
        shutil.copy2(machine.folder / "running.json", folder / ".local")

    def make(self, *arguments: str) -> str:
        """The output of a target that succeeds."""
        done = subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env=dict(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    @contextmanager
    def making(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """A target that runs meanwhile and succeeds; its standard output is a pipe."""
        with subprocess.Popen(
            ["make", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield process
        assert process.returncode == 0
