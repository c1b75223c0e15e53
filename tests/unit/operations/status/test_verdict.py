"""Each fault of a snapshot has its sentence; a healthy one has none."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from operations.status.model import (
    Alarm,
    Authorisation,
    Calls,
    QueueDepth,
    RunningAttempt,
    Unreadable,
    Untransformed,
)
from operations.status.verdict import judge
from tests.unit.operations.status.snapshots import DUE, HEALTHY, HOUR, NOW, run_of, schedule_of

YESTERDAY = run_of(time=DUE - 24 * HOUR)


@dataclass(frozen=True)
class Case:
    """A changed snapshot, and its faults."""

    changes: dict[str, Any]
    faults: list[str]


def runs(**fields: Any) -> dict[str, Any]:
    return {"runs": [run_of(**fields)]}


def authorised(**fields: Any) -> dict[str, Any]:
    return {"authorisation": Authorisation(**{"has_user": True, **fields})}


def calls(**fields: Any) -> dict[str, Any]:
    return {"calls": Calls(**{"used": 0, "limit": 700, **fields})}


RUNNING = {"calls": Calls(used=0, limit=700, running=[RunningAttempt("daily", NOW + HOUR)])}

WELL = {
    "nothing is wrong": {},
    "a schedule that was never due": {"schedules": [schedule_of(None, None)]},
    "a partial run that resumes": runs(status="partial", resume_at=NOW + HOUR),
    "a resume that is late by minutes": runs(status="partial", resume_at=NOW - HOUR / 2),
    "a late resume that is running": runs(status="partial", resume_at=NOW - 2 * HOUR) | RUNNING,
    "a failed run that is tried again": runs(status="failed") | RUNNING,
    "a postponed enrichment": runs(status="complete", resume_at=NOW - 9 * HOUR),
    "a young authorisation": authorised(age_days=149.9),
    "an authorisation of unknown age": authorised(),
    "no user": authorised(has_user=False),
    "less than 90 % of the calls": calls(used=629),
    "a block that has ended": calls(blocked_until=NOW),
    "messages in the queue": {"raw_parts": QueueDepth(3, 2, 1)},
    "a raw part of this hour": {"untransformed": Untransformed(1, "a", NOW - 0.9 * HOUR)},
    "an alarm without data": {"alarms": [Alarm("a", "INSUFFICIENT_DATA")]},
    "no alarms": {"alarms": []},
    "nothing extracted": {"rows": None},
}


@pytest.mark.parametrize("changes", WELL.values(), ids=WELL)
def test_what_is_no_fault_is_well(changes: dict[str, Any]) -> None:
    verdict = judge(msgspec.structs.replace(HEALTHY, **changes))
    assert (verdict.is_well, verdict.sentence, verdict.faults) == (True, "All is well", [])


@pytest.mark.parametrize(
    "case",
    [
        Case(
            {"schedules": [schedule_of(YESTERDAY)]},
            [
                "daily has no complete run since that of 2026-11-24 06:00 UTC; "
                "one was due 2026-11-25 06:00 UTC"
            ],
        ),
        Case(
            {"schedules": [schedule_of(None)]},
            ["daily has no complete run; one was due 2026-11-25 06:00 UTC"],
        ),
        Case(runs(status="partial"), ["daily is partial and does not resume"]),
        Case(runs(status="partial") | RUNNING, []),
        Case(
            runs(status="partial", resume_at=NOW - HOUR),
            ["daily is partial and did not resume at 2026-11-25 16:30 UTC"],
        ),
        Case(runs(status="failed"), ["daily ended as failed"]),
        Case(runs(status="grant_refused") | RUNNING, ["daily ended as grant_refused"]),
        Case(runs(status="unconfigured"), ["daily ended as unconfigured"]),
        Case(runs(status="premium_lapsed"), ["daily ended as premium_lapsed"]),
        Case(runs(status="user_not_listed"), ["daily ended as user_not_listed"]),
        Case({"dead_letters": QueueDepth(2, 1, 0)}, ["3 dead letters in the queue"]),
        Case({"failed_runs": QueueDepth(1, 0, 0)}, ["1 failed run in the queue"]),
        Case(
            authorised(age_days=150.0),
            [
                "the authorisation is 150 days old and expires after about 180: make auth ENV=dev",
            ],
        ),
        Case(
            authorised(age_days=181.0),
            [
                "the authorisation is 181 days old and has probably expired after 180: "
                "make auth ENV=dev",
            ],
        ),
        Case(
            authorised(has_user=False, fault="The secret …"),
            ["the secret has no usable credentials"],
        ),
        Case(calls(used=630), ["630 of 700 daily calls are used"]),
        Case(
            calls(blocked_until=NOW + HOUR), ["Spotify accepts no calls until 2026-11-25 18:30 UTC"]
        ),
        Case(
            {"untransformed": Untransformed(2, "a", NOW - HOUR)},
            ["2 raw parts not transformed, the oldest of 2026-11-25 16:30 UTC"],
        ),
        Case(
            {"alarms": [Alarm("a", "OK"), Alarm("b", "ALARM"), Alarm("c", "ALARM")]},
            ["2 alarms in ALARM: b, c"],
        ),
    ],
    ids=lambda case: " ".join(case.faults)[:50] or "running",
)
def test_each_fault_has_its_sentence(case: Case) -> None:
    verdict = judge(msgspec.structs.replace(HEALTHY, **case.changes))
    assert verdict.faults == case.faults
    assert verdict.is_well == (not case.faults)
    if case.faults:
        assert verdict.sentence == f"Not well: {case.faults[0]}"


def test_the_sentence_counts_further_faults() -> None:
    changes = runs(status="grant_refused") | {"dead_letters": QueueDepth(1, 0, 0)} | calls(used=700)
    verdict = judge(msgspec.structs.replace(HEALTHY, **changes))
    assert verdict.sentence == "Not well: daily ended as grant_refused (and 2 more faults)"
    assert len(verdict.faults) == 3


def test_an_unreadable_part_is_not_well_and_no_fault() -> None:
    missing = [Unreadable("alarms", "AccessDenied")]
    verdict = judge(msgspec.structs.replace(HEALTHY, alarms=None, unreadable=missing))
    assert (verdict.is_well, verdict.faults) == (False, [])
    assert verdict.sentence == "No fault is known, but alarms could not be read"


def test_faults_come_before_unreadable_parts() -> None:
    missing = [Unreadable("alarms", "AccessDenied")]
    letters = QueueDepth(1, 0, 0)
    verdict = judge(
        msgspec.structs.replace(HEALTHY, dead_letters=letters, alarms=None, unreadable=missing)
    )
    expected = "Not well: 1 dead letter in the queue; alarms could not be read"
    assert verdict.sentence == expected


def test_a_snapshot_without_any_part_is_judged() -> None:
    parts = {name: None for name in HEALTHY.__struct_fields__ if name not in KEPT}
    missing = [Unreadable("deployment", "no region")]
    verdict = judge(msgspec.structs.replace(HEALTHY, **parts, unreadable=missing))
    assert (verdict.is_well, verdict.faults) == (False, [])


KEPT = ("environment", "taken_at", "unreadable")
