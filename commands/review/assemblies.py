"""Synthesizes every environment of a checkout, without bundling layers and without AWS."""

import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

from commands.review.values import Template

Templates = dict[str, Template]
"""Templates by stack name."""


class NotSynthesizedError(Exception):
    """A command failed; one sentence with its last line of output."""


def commit_of(base: str, checkout: Path) -> str:
    """The commit in which the checkout's history branched off `base`."""
    try:
        return _run(["git", "merge-base", "--", base, "HEAD"], checkout).strip()
    except NotSynthesizedError as error:
        raise NotSynthesizedError(
            "it has no common commit with HEAD: choose a fetched branch, tag or commit"
        ) from error


def extract(commit: str, checkout: Path, folder: Path) -> None:
    """Write a commit's files into a folder, and install its own locked dependencies there."""
    command = ["git", "archive", "--format=tar", commit]
    archive = subprocess.run(command, cwd=checkout, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    _run(["make", "--silent", ".venv/ready"], folder)


def environments(checkout: Path) -> list[str]:
    return sorted(file.stem for file in (checkout / "config").glob("*.toml"))


def synthesize(environment: str, checkout: Path, output: Path) -> Templates:
    """Write the cloud assembly of an environment into a folder, and read its templates.

    Layers are left out: unlike `cdk synth`, `cdk list` bundles no asset.
    """
    command = ["cdk", "--no-notices", "list", "--no-asset-metadata"]
    _run([*command, "--context", f"env={environment}", "--output", str(output)], checkout)
    return read_templates(output)


def read_templates(assembly: Path) -> Templates:
    end = ".template.json"
    return {
        file.name.removesuffix(end): json.loads(file.read_text())
        for file in sorted(assembly.glob(f"*{end}"))
    }


def difference(stack: str, base: Template, assembly: Path) -> str:
    """The text of `cdk diff` between a template and a stack of an assembly."""
    before = assembly / f"{stack}.base.json"
    before.write_text(json.dumps(base))
    command = ["cdk", "--no-notices", "diff", "--no-color", "--ci", "--fail-on", "never"]
    command += ["--app", str(assembly), "--exclusively", stack, "--template", str(before)]
    return _run(command, assembly)


def _run(command: list[str], folder: Path) -> str:
    """The command's output. The folder's own virtual environment, if any, comes first on PATH."""
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**inherited, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no output"]
        raise NotSynthesizedError(f"{' '.join(command)} failed in {folder}: {lines[-1]}")
    return done.stdout
