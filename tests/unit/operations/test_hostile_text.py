"""Every command prints names and messages that attack the terminal, on a terminal and to a file."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace

import boto3
import pytest

import commands.local as local_commands
from commands import deployments, display
from commands import operations as commands
from commands.query import __main__ as query_command
from local.comparison import Comparison
from local.pipeline import Entries
from operations.athena.query import QueryFailedError, Result
from operations.athena.saved import SavedQuery
from operations.queues import Queue
from stacks.configuration import load
from tests.conftest import Aws
from tests.unit.operations.conftest import WorkingDeployment
from tests.unit.operations.hostile import HOSTILE, harmless

Screen = Callable[[], str]
Operate = Callable[..., object]
"""Runs an operations command; returns its exit code."""
Step = Callable[[str], AbstractContextManager[object]]
DAYS = ("--first", "2026-03-01", "--last", "2026-03-01")
DAY_PREFIX = "raw-data/ingest_date=2026-03-01/"


@pytest.fixture(params=[True, False], ids=["terminal", "file"])
def screen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Everything that the commands' own kind of console has received."""
    file = StringIO()
    console = type(commands.console)(file=file, force_terminal=request.param, width=500)
    assert type(display.console) is type(console)
    for module in (commands, display, local_commands, query_command):
        monkeypatch.setattr(module, "console", console)
    monkeypatch.setattr(query_command, "notes", console)
    return file.getvalue


def run(monkeypatch: pytest.MonkeyPatch, module: ModuleType, *arguments: str) -> object:
    """The exit code of a command line."""
    monkeypatch.setattr(sys, "argv", ["command", *arguments])
    with pytest.raises(SystemExit) as ended:
        module.main()
    return ended.value.code


@pytest.fixture
def operate(deployment: WorkingDeployment, monkeypatch: pytest.MonkeyPatch) -> Operate:
    def run_command(*arguments: str) -> object:
        monkeypatch.setenv("ENV", "local")
        running = SimpleNamespace(deployment=deployment)
        monkeypatch.setattr(deployments, "running", lambda _: running)
        return run(monkeypatch, commands, *arguments)

    return run_command


def test_replay_names_keys_and_reasons(
    aws: Aws, operate: Operate, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = f"{DAY_PREFIX}20260301T060000Z-daily-0a1b2c3d/0000.jsonl.gz"
    for key in (part, f"{DAY_PREFIX}stray-{HOSTILE}"):
        aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=b"")

    def send(self: Queue, messages: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        yield from ((key, f"reason-{HOSTILE}") for key, _ in messages)

    monkeypatch.setattr(Queue, "send", send)
    assert operate("replay", *DAYS) == 1
    assert "stray-evil" in screen()
    assert "reason-evil" in screen()
    assert harmless(screen())
    assert "\n✓ all done" not in screen()


def test_redrive_names_dead_letters(
    deployment: WorkingDeployment, operate: Operate, screen: Screen
) -> None:
    for body in (json.dumps({"detail": {"object": {"key": HOSTILE}}}), "no event\n✓ all done\x7f"):
        boto3.client("sqs").send_message(
            QueueUrl=deployment.output("DeadLetterQueueUrl"), MessageBody=body
        )
    assert operate("redrive") == 1
    assert "evil" in screen()
    assert "no event" in screen()
    assert harmless(screen())
    assert "\n✓ all done" not in screen()


def test_auth_prints_lines_and_errors(
    operate: Operate, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def authorise(_: object, say: Callable[[str], None], *__: object) -> None:
        say(f"said-{HOSTILE}")
        raise RuntimeError(f"raised-{HOSTILE}")

    monkeypatch.setattr(commands, "authorise", authorise)
    assert operate("auth") == 1
    assert "said-evil" in screen()
    assert "raised-evil" in screen()
    assert harmless(screen())


class Extracting:
    def __init__(self, _: object) -> None:
        pass

    def extract(self, *_: object) -> list[dict[str, object]]:
        counts = ("playlists_walked", "playlists_refused", "entries", "api_calls")
        words: dict[str, object] = {
            "schedule": "daily",
            "status": "refused",
            "reason": f"reason-{HOSTILE}",
        }
        return [words | dict.fromkeys(counts, 1)]

    def wait(self) -> None:
        pass

    def entries(self) -> Entries:
        return Entries(received=1, stored=1, rejected=0)


def saved_queries(_: object) -> dict[str, SavedQuery]:
    return {"query": SavedQuery("query", f"question-{HOSTILE}", "good")}


def run_query(_: object, sql: str, __: object = ()) -> Result:
    if sql == "bad":
        raise QueryFailedError(f"failed-{HOSTILE}")
    return Result([f"column-{HOSTILE}"], ["varchar"], [[f"cell-{HOSTILE}"]])


@pytest.fixture
def emulated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The commands of make local-…, with all data hostile and nothing started."""
    here = SimpleNamespace(
        folder=tmp_path / HOSTILE.replace("/", "|"),
        objects=tmp_path / HOSTILE.replace("/", "|"),
        deployment=SimpleNamespace(configuration=load("local", {})),
        emulator=SimpleNamespace(url="http://127.0.0.1:4566"),
        aws_variables="aws.env",
        fake=None,
        save_record=lambda: None,
    )

    @contextmanager
    def machine(
        _: Path, __: int, ___: object, step: Step
    ) -> Iterator[tuple[SimpleNamespace, ExitStack]]:
        with step(f"step-{HOSTILE}"):
            pass
        yield here, ExitStack()

    differing = Comparison(1, 1, 1, 1, Counter(), [f"difference-{HOSTILE}"])
    for name, fake in {
        "FOLDER": tmp_path,
        "machine": machine,
        "running": lambda _: here,
        "Pipeline": Extracting,
        "compare": lambda *_: differing,
    }.items():
        monkeypatch.setattr(local_commands, name, fake)
    return monkeypatch


def test_demo_prints_hostile_text_harmlessly(emulated: pytest.MonkeyPatch, screen: Screen) -> None:
    assert run(emulated, local_commands, "demo", "--days", "1") == 1
    for place in ("step", "reason", "difference"):
        assert f"{place}-evil" in screen()
    assert harmless(screen())


def test_up_prints_hostile_text_harmlessly(emulated: pytest.MonkeyPatch, screen: Screen) -> None:
    assert run(emulated, local_commands, "up") == 0
    assert "step-evil" in screen()
    assert harmless(screen())


def test_extract_prints_hostile_text_harmlessly(
    emulated: pytest.MonkeyPatch, screen: Screen
) -> None:
    assert run(emulated, local_commands, "extract", "--day", "2026-03-01") == 0
    assert "reason-evil" in screen()
    assert harmless(screen())


def test_a_refused_variable_is_printed_harmlessly(
    emulated: pytest.MonkeyPatch, screen: Screen
) -> None:
    assert run(emulated, local_commands, "extract", "--day", f"day-{HOSTILE}") == 2
    assert "DAY=day-evil" in screen()
    assert harmless(screen())
    assert "\n✓ all done" not in screen()


@pytest.mark.parametrize(
    ("options", "code", "places"),
    [
        ([], 0, ["question"]),
        (["--sql", "good"], 0, ["column", "cell"]),
        (["--sql", "bad"], 1, ["failed"]),
        (["--query", f"name-{HOSTILE}"], 2, ["name"]),
    ],
)
def test_query_prints_hostile_text_harmlessly(
    emulated: pytest.MonkeyPatch,
    screen: Screen,
    options: list[str],
    code: int,
    places: list[str],
) -> None:
    deployment = SimpleNamespace(target=list)
    emulated.setattr(query_command, "find_deployment", lambda _: deployment)
    emulated.setattr(query_command, "saved_queries", saved_queries)
    emulated.setattr(query_command, "run_query", run_query)
    emulated.setenv("ENV", "local")
    assert run(emulated, query_command, *options) == code
    for place in places:
        assert f"{place}-evil" in screen()
    assert harmless(screen())


def test_down_prints_hostile_text_harmlessly(emulated: pytest.MonkeyPatch, screen: Screen) -> None:
    def shut_down() -> bool:
        raise RuntimeError(f"raised-{HOSTILE}")

    emulated.setattr(local_commands, "shut_down", shut_down)
    assert run(emulated, local_commands, "down") == 1
    assert "raised-evil" in screen()
    assert harmless(screen())
