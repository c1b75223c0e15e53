"""make review on a repository whose cdk is a script that copies stored templates."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from commands.review.__main__ import main
from tests.unit.commands.review.test_destruction import table, template
from tests.unit.commands.review.test_permissions import policy, statement

CDK = """#!/bin/sh
if [ "$2" = diff ]; then
    echo "diff of $*"
else
    for last; do :; done
    mkdir -p "$last" && cp config/*.json "$last"
fi
"""


class Repository:
    """A checkout with the environments dev and prod of one stack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "config").mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str) -> None:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    def write(self, *environments: str, **resources: dict[str, Any]) -> None:
        for name in environments:
            (self.folder / "config" / f"{name}.toml").touch()
            file = self.folder / "config" / f"spotify-{name}-catalog.template.json"
            file.write_text(json.dumps(template(**resources)))

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "state")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Branch `change` of a repository in which cdk and make are replaced by scripts."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, script in {"cdk": CDK, "make": "#!/bin/sh\n"}.items():
        (commands / name).write_text(script)
        (commands / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("BASE", raising=False)
    repository = Repository(tmp_path / "checkout")
    repository.write("dev", Tracks=table(), Policy=policy(statement("s3:GetObject")))
    repository.commit()
    repository.git("switch", "--quiet", "--create", "change")
    return repository


def test_a_dropped_table_and_a_wider_role_are_highlighted(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write("dev", Policy=policy(statement(["s3:GetObject", "s3:DeleteObject"])))
    assert main(repository.folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "### 🛑 Destructive changes: 1" in lines
    assert "### 🔓 Wider permissions: 1" in lines
    stack = "| `spotify-ENV-catalog` |"
    assert f"{stack} `AWS::Glue::Table Tracks` | **`removed and deleted`** | dev |" in lines
    assert f"{stack} `Role` | **`it may s3:DeleteObject on arn:data`** | dev |" in lines
    assert f"{stack} dev | 0 | 1 | 0 | 1 |" in lines
    assert any(line.startswith("diff of ") for line in lines)


def test_a_harmless_change_is_not_highlighted(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    tracks, reader = table(), policy(statement("s3:GetObject"))
    repository.write("dev", Tracks=tracks, Albums=table("albums"), Policy=reader)
    assert main(repository.folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "**Destructive changes:** none" in lines
    assert "**Wider permissions:** none" in lines
    assert "| `spotify-ENV-catalog` | dev | 1 | 0 | 0 | 0 |" in lines


def test_changes_of_the_base_branch_are_left_out(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("switch", "--quiet", "main")
    repository.write("dev")
    repository.commit()
    repository.git("switch", "--quiet", "change")
    assert main(repository.folder) == 0
    assert "No template changes in dev." in capsys.readouterr().out


def test_a_removed_environment_loses_its_resources(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (repository.folder / "config").iterdir():
        file.unlink()
    assert main(repository.folder) == 0
    output = capsys.readouterr().out
    assert "`AWS::Glue::Table Tracks` | **`removed and deleted`**" in output
    assert "The stack is removed." in output


def test_an_unknown_base_is_refused(
    repository: Repository, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE", "mian")
    assert main(repository.folder) == 2
    assert capsys.readouterr().err == (
        "BASE=mian could not be compared: it has no common commit with HEAD: "
        "choose a fetched branch, tag or commit\n"
    )
