"""The commands of the documentation, run as far as that is possible without an AWS account."""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import get_session

from spotify_pipeline.extract.event import RunRequest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

# Commands of the README that other tests run.
COVERED = {
    "make demo": "tests/e2e/test_pipeline.py",
    "make test": "tests",
}
LISTING = {"make help"}

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
_INLINE = re.compile(r"`(make [^`…]+)`")
_COMMENTED = re.compile(r"make [a-z]+ ENV=dev")
_AWS_OPTIONS = {"--cli-binary-format", "--cli-read-timeout", "--region"}


def lines(page: Path) -> Iterator[str]:
    """The lines of a page's shell blocks, continued ones joined."""
    for block in _BLOCK.findall(page.read_text()):
        yield from block.replace("\\\n", " ").splitlines()


def commands() -> set[str]:
    """The README's commands: in shell blocks, in their comments, and in its text."""
    found = {line.partition("#")[0].strip() for line in lines(README)}
    commented = {command for line in lines(README) for command in _COMMENTED.findall(line)}
    return (found | commented | set(_INLINE.findall(README.read_text()))) - {""}


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has chosen a region and has no AWS credentials."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "HOME": str(tmp_path),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": "eu-west-1",
    }


def run(command: str, shell: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        shlex.split(command),
        cwd=ROOT,
        env=shell,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", sorted(commands() - COVERED.keys() - LISTING))
def test_a_command_needs_nothing_but_credentials(command: str, shell: dict[str, str]) -> None:
    done = run(command, shell)
    # Make reports the recipe last.
    message, _, recipe = done.stdout.rstrip().rpartition("\n")
    assert "Unable to locate credentials" in message.splitlines()[-1]
    assert "Error 1" in recipe
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("command", sorted(LISTING))
def test_a_command_without_aws_succeeds(command: str, shell: dict[str, str]) -> None:
    assert run(command, shell).returncode == 0


def test_the_readme_has_the_whole_life_of_an_environment() -> None:
    steps = ("bootstrap", "diff", "deploy", "secret", "auth", "extract", "destroy")
    assert {f"make {step} ENV=dev" for step in steps} | COVERED.keys() <= commands()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_documented_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    text = "\n".join([*lines(page), *_INLINE.findall(page.read_text())])
    assert not set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", text)) - targets


def aws_commands() -> list[list[str]]:
    found = [shlex.split(line) for page in PAGES for line in lines(page) if "aws " in line]
    return [words for words in found if words[:1] == ["aws"]]


def test_aws_commands_have_options_that_aws_knows() -> None:
    assert aws_commands()
    for _, service, name, *words in aws_commands():
        model = get_session().get_service_model(service)
        [operation] = [one for one in model.operation_names if xform_name(one, "-") == name]
        shape = model.operation_model(operation).input_shape
        assert shape
        known = {f"--{xform_name(member, '-')}": shape.members[member] for member in shape.members}
        given = {word for word in words if word.startswith("--")}
        assert given <= known.keys() | _AWS_OPTIONS
        assert set(shape.required_members) <= {
            member for member in shape.members if f"--{xform_name(member, '-')}" in given
        }


def test_an_invocation_by_hand_is_asynchronous_with_a_time() -> None:
    """A synchronous one times out after a minute, and each retry would be another run."""
    [invocation] = [words for words in aws_commands() if words[1:3] == ["lambda", "invoke"]]
    options = dict(pairwise(invocation))
    assert options["--invocation-type"] == "Event"
    event = json.loads(options["--payload"])
    first, again = (RunRequest.from_event(event, now) for now in (datetime.min, datetime.max))
    assert first.run_id == again.run_id


def test_no_secret_is_written_on_a_command_line() -> None:
    folders = ("commands", "operations", "lambda_src", "stacks")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert not [path for path in [*PAGES, *sources] if "--secret-string" in path.read_text()]
