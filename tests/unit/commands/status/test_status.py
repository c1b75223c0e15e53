"""make status: its text within 80 columns, its JSON, and its exit codes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec
import pytest
from typer.testing import CliRunner, Result

from commands.status import __main__ as command
from commands.variables import VariableError
from operations.deployment import Deployment, NotDeployedError
from operations.status.model import (
    Alarm,
    DeadLetterName,
    FailedRunName,
    QueueDepth,
    RunningAttempt,
    Snapshot,
    Unreadable,
    Untransformed,
)
from operations.terminal import SafeConsole
from stacks.configuration import load
from tests.unit.operations.status.snapshots import HEALTHY, HOUR, NOW, run_of

if TYPE_CHECKING:
    from datetime import datetime

LONG = "x" * 300
KEY = f"raw-data/ingest_date=2026-11-25/{run_of().run_id}/0000.jsonl.gz"

assert HEALTHY.calls
FAULTY = msgspec.structs.replace(
    HEALTHY,
    schedules=None,
    runs=[run_of(status="partial", reason=LONG, resume_at=NOW - 3 * HOUR)],
    calls=msgspec.structs.replace(HEALTHY.calls, running=[RunningAttempt("check", NOW + HOUR)]),
    dead_letters=QueueDepth(12, 1, 0),
    dead_letter_names=[DeadLetterName(f"{KEY}{n}", "replay") for n in range(13)],
    failed_runs=QueueDepth(1, 0, 0),
    failed_run_names=[FailedRunName(run_of().run_id, "OSError: Disk full\x1b[2J")],
    untransformed=Untransformed(1, KEY, NOW - timedelta(minutes=125)),
    alarms=[Alarm("spotify-dev-dead-letters", "ALARM", LONG)],
    rows=None,
    unreadable=[Unreadable("schedules", LONG), Unreadable("rows", "AccessDenied")],
)


class Run(Protocol):
    """Runs make status on a snapshot, with these environment variables."""

    def __call__(self, snapshot: Snapshot, **environment: str) -> Result: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command at 80 columns."""
    access = {"endpoint_url": "http://127.0.0.1:4566"}
    deployment = Deployment({}, load("local", {}), access)
    monkeypatch.setattr(command, "find_deployment", lambda _: deployment)
    monkeypatch.setattr(command, "console", SafeConsole(width=80))

    def run_command(snapshot: Snapshot, **environment: str) -> Result:
        def take(_: Deployment, now: datetime) -> Snapshot:
            return snapshot

        monkeypatch.setattr(command, "take_snapshot", take)
        return CliRunner().invoke(command.app, [], env={"ENV": "local", **environment})

    return run_command


def test_a_healthy_environment_ends_with_exit_code_0(run: Run) -> None:
    done = run(HEALTHY)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "✓ All is well"
    for shown in (
        "2026-11-25 06:00 UTC   2026-11-26 06:00 UTC",
        "12 days old",
        "91 of 700 in the last 24 hours",
        "1, 0 in ALARM",
        "Rows 2026-11-25  playlists 12",
    ):
        assert shown in done.stdout


def test_the_first_line_says_what_is_wrong_first(run: Run) -> None:
    done = run(msgspec.structs.replace(HEALTHY, dead_letters=QueueDepth(1, 0, 0)))
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == "✗ Not well: 1 dead letter in the queue"


def test_further_faults_follow_line_by_line(run: Run) -> None:
    lines = run(FAULTY).stdout.splitlines()
    assert lines[0].startswith("✗ Not well: 13 dead letters in the queue (and 4 more faults)")
    assert "✗ 1 failed run in the queue" in lines
    assert "✗ 1 alarm in ALARM: spotify-dev-dead-letters" in lines


@pytest.mark.parametrize("snapshot", [HEALTHY, FAULTY], ids=["healthy", "faulty"])
def test_the_text_fits_80_columns(run: Run, snapshot: Snapshot) -> None:
    done = run(snapshot)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b[2J" not in done.stdout


def test_names_reasons_and_unread_parts_are_shown(run: Run) -> None:
    text = run(FAULTY).stdout
    for shown in (
        "did not resume at 2026-11-25 14:30",
        "check, until 2026-11-25 18:30 UTC",
        "12 waiting, 1 in flight",
        "… and 3 more: JSON=1 lists all",
        "make redrive ENV=dev retries them",
        "OSError: Disk full",
        "1, the oldest for 2 h 5 min",
        "1, 1 in ALARM",
        "rows: AccessDenied",
    ):
        assert shown in text


def test_a_snapshot_without_any_part_is_shown(run: Run) -> None:
    missing = [Unreadable("deployment", "no region")]
    done = run(Snapshot(environment="dev", taken_at=NOW, unreadable=missing))
    assert done.exit_code == 1
    assert done.stdout.count("not read") >= 8


def test_the_fields_of_the_json_are_stable(run: Run) -> None:
    done = run(HEALTHY, JSON="1")
    document = json.loads(done.stdout)
    assert (done.exit_code, document["is_well"], document["verdict"]) == (0, True, "All is well")
    assert list(document) == [
        "is_well",
        "verdict",
        "faults",
        "environment",
        "taken_at",
        "schedules",
        "runs",
        "calls",
        "raw_parts",
        "dead_letters",
        "failed_runs",
        "dead_letter_names",
        "failed_run_names",
        "untransformed",
        "authorisation",
        "alarms",
        "rows",
        "unreadable",
    ]
    assert document["taken_at"] == "2026-11-25T17:30:00Z"
    assert document["calls"] == {"used": 91, "limit": 700, "blocked_until": None, "running": []}
    assert document["raw_parts"] == {"waiting": 0, "in_flight": 0, "delayed": 0}
    assert document["untransformed"] == {"count": 0, "oldest_key": None, "oldest_stored_at": None}
    assert document["rows"] == {"day": "2026-11-25", "tables": {"playlists": 12}}
    assert list(document["schedules"][0]) == [
        "name",
        "cron",
        "timezone",
        "enabled",
        "last_complete",
        "due_since",
        "next_run",
    ]
    assert list(document["schedules"][0]["last_complete"]) == [
        "run_id",
        "schedule",
        "attempt",
        "status",
        "reason",
        "finished_at",
        "resume_at",
    ]
    assert list(document["authorisation"]) == [
        "has_user",
        "age_days",
        "scopes",
        "missing_scopes",
        "fault",
    ]
    assert list(document["alarms"][0]) == ["name", "state", "reason", "since"]


def test_the_json_holds_the_faults_and_unread_parts(run: Run) -> None:
    done = run(FAULTY, JSON="1")
    document = json.loads(done.stdout)
    assert (done.exit_code, document["is_well"], len(document["faults"])) == (1, False, 5)
    assert document["schedules"] is None
    assert [one["part"] for one in document["unreadable"]] == ["schedules", "rows"]
    assert list(document["unreadable"][0]) == ["part", "reason"]
    assert len(document["dead_letter_names"]) == 13
    assert list(document["dead_letter_names"][0]) == ["raw_key", "replay_name"]
    assert list(document["failed_run_names"][0]) == ["name", "reason"]
    assert list(document["calls"]["running"][0]) == ["schedule", "until"]


def test_an_unreachable_environment_is_json_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> Deployment:
        raise NotDeployedError("The stack cannot be read")

    monkeypatch.setattr(command, "find_deployment", refuse)
    document = json.loads(run(HEALTHY, JSON="1").stdout)
    assert document["unreadable"] == [{"part": "deployment", "reason": "The stack cannot be read"}]
    assert not document["is_well"]
    assert isinstance(run(HEALTHY).exception, NotDeployedError)


def test_an_unknown_value_of_json_is_refused(run: Run) -> None:
    assert isinstance(run(HEALTHY, JSON="maybe").exception, VariableError)
