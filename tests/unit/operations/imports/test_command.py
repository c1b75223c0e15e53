"""The command line of make import."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from typer.testing import CliRunner, Result

from commands.variables import VariableError
from operations.imports import play_import
from operations.imports.errors import ExportError
from operations.purge.everything import count_everything, purge_everything
from spotify_pipeline.transform.handler import handler as transform
from tests.conftest import Aws
from tests.unit.operations.imports.exports import EXTENDED, extended, zip_of
from tests.unit.transform.test_handler import delivered

if TYPE_CHECKING:
    from tests.unit.operations.conftest import WorkingDeployment

# Its package has the function `main` of another module.
commands = importlib.import_module("commands.imports.__main__")


class Run(Protocol):
    """Runs the command with this file."""

    def __call__(self, path: Path | str | None) -> Result: ...


@pytest.fixture
def run(deployment: WorkingDeployment, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(commands, "announce_deployment", lambda *_: deployment)
    monkeypatch.setattr(commands.console, "width", 132)
    monkeypatch.delenv("FILE", raising=False)

    def run_command(path: Path | str | None) -> Result:
        environment = {"ENV": "local", **({} if path is None else {"FILE": str(path)})}
        return CliRunner().invoke(commands.app, [], env=environment)

    return run_command


@pytest.fixture
def export(tmp_path: Path) -> Path:
    records = [extended(minute) for minute in range(20)]
    files = {EXTENDED: records, "MyData/Userdata.json": {"username": "private-name"}}
    return zip_of(tmp_path / "my_spotify_data.zip", files)


def test_the_output_names_what_was_read_and_what_stayed_closed(run: Run, export: Path) -> None:
    done = run(export)
    assert done.exit_code == 0, done.stdout
    assert "1 left closed, by their names without plays:\n  Userdata.json" in done.stdout
    assert "1 not part of a play, left out:\n  a_new_field" in done.stdout
    assert "20 plays in 1 file: 1 raw part written, 0 present already" in done.stdout
    assert "private" not in done.stdout
    assert "0 raw parts written, 1 present already" in run(export).stdout


def test_a_file_that_is_not_read_to_its_end_is_an_error(run: Run, tmp_path: Path) -> None:
    text = json.dumps([extended(), 5, extended(1)]).encode()
    files: dict[str, Any] = {EXTENDED: text[:-1], "endsong_0.json": [extended(2)]}
    done = run(zip_of(tmp_path / "a.zip", files))
    name = "Streaming_History_Audio_2024_0.json"
    assert done.exit_code == 1
    assert f"{name}, record 1: the record is not an object" in done.stdout
    assert f"1 not read to the end:\n  {name}: it ends before its array does" in done.stdout
    assert "4 plays in 2 files" in done.stdout


def test_a_file_name_has_no_effect_on_the_terminal(run: Run, tmp_path: Path) -> None:
    done = run(zip_of(tmp_path / "a.zip", {EXTENDED: [], "MyData/\x1b[31m[bold]red.json": {}}))
    assert "\x1b[31m" not in done.stdout
    assert "[bold]red.json" in done.stdout


def test_an_interruption_says_how_to_go_on(
    run: Run, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(play_import, "create_object", interrupt)
        done = run(export)
    assert done.exit_code == 130
    assert "Interrupted. Run the same command again: it goes on where it was" in done.stdout
    assert run(export).exit_code == 0


@pytest.mark.parametrize("path", [None, "absent.zip"])
def test_a_missing_file_is_refused(run: Run, path: str | None) -> None:
    error = run(path).exception
    assert isinstance(error, VariableError)
    assert "the zip archive that Spotify sent, or the folder with its files" in str(error)


def test_a_folder_without_plays_is_refused(run: Run, tmp_path: Path) -> None:
    error = run(tmp_path).exception
    assert isinstance(error, ExportError)
    assert "has no file with plays: expected" in str(error)


def test_a_purge_of_everything_removes_imports(
    run: Run, export: Path, aws: Aws, deployment: WorkingDeployment
) -> None:
    run(export)
    transform(delivered(*aws.raw_keys()), None)
    assert aws.keys("state/imports/")
    assert aws.keys("transformed-data/plays/")
    purge_everything(deployment, lambda _: None, lambda _: None)
    counts = count_everything(aws.s3, aws.bucket).values()
    assert sum(sum(found.values()) for found in counts) == 0
