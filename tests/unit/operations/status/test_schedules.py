"""The run of a schedule that should be complete by now."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from operations.status.model import ScheduleStatus
from operations.status.schedules import schedule_status
from stacks.configuration import load

HOUR = timedelta(hours=1)


def status(now: str, since: str | None = None, **fields: object) -> ScheduleStatus:
    configuration = load("local", {})
    schedule = msgspec.structs.replace(configuration.schedules["daily"], **fields)
    configuration = msgspec.structs.replace(configuration, schedules={"daily": schedule})
    begun = moment(since) if since else None
    return schedule_status(configuration, "daily", [], moment(now), begun)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "now", "due"),
    [
        ("0 6 * * ? *", "2026-11-25 11:59", "2026-11-24 06:00"),
        ("0 6 * * ? *", "2026-11-25 12:00", "2026-11-25 06:00"),
        ("0 * * * ? *", "2026-11-25 11:59", "2026-11-25 10:00"),
        ("0 6 ? * SUN *", "2026-11-25 12:00", "2026-11-22 06:00"),
        ("0 6 1 1 ? 2030", "2026-11-25 12:00", None),
    ],
)
def test_a_run_is_due_until_its_grace_has_ended(cron: str, now: str, due: str | None) -> None:
    assert status(now, cron=cron).due_since == (moment(due) if due else None)


@pytest.mark.parametrize(
    ("since", "due"),
    [("2026-11-25 05:59", "2026-11-25 06:00"), ("2026-11-25 06:01", None)],
)
def test_times_before_the_deployment_are_not_due(since: str, due: str | None) -> None:
    found = status("2026-11-25 17:30", since)
    assert found.due_since == (moment(due) if due else None)
    assert found.next_run == moment("2026-11-26 06:00")


def test_a_paused_schedule_has_no_times() -> None:
    found = status("2026-11-25 17:30", enabled=False)
    assert (found.enabled, found.due_since, found.next_run) == (False, None, None)


def test_times_are_in_the_zone_of_the_schedule() -> None:
    found = status("2026-11-25 17:30", timezone="Europe/Berlin")
    assert found.due_since == moment("2026-11-25 05:00")
    assert found.next_run == moment("2026-11-26 05:00")
