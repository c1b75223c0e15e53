"""The Scheduler entries that resume a run: their names, groups and conflicts."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import msgspec
import pytest

from fake_spotify.faults import Fault, Kind
from spotify_pipeline.environment import ExtractEnvironment
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.resume import ForeignEntryError, Resumer
from spotify_pipeline.keys import resume_name, resume_name_length
from tests.conftest import CONTEXT, Aws, Server
from tests.scheduler import entries
from tests.unit.extract.runs import EVENT
from tests.unit.test_environment import ENVIRONMENT

if TYPE_CHECKING:
    from types_boto3_scheduler import EventBridgeSchedulerClient

NOW = datetime.now(UTC).replace(microsecond=0)
SOON, LATER = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
REQUEST = RunRequest.from_event(EVENT, NOW)
NAME = resume_name(REQUEST.run_id, 2)


@pytest.fixture
def scheduler(aws: Aws) -> EventBridgeSchedulerClient:
    return boto3.client("scheduler")


def resumer(scheduler: EventBridgeSchedulerClient, environment: str, **changes: str) -> Resumer:
    """The resumer of an environment that is deployed to the test's account."""
    group = f"spotify-{environment}"
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{environment}"
    if group not in [one["Name"] for one in scheduler.list_schedule_groups()["ScheduleGroups"]]:
        scheduler.create_schedule_group(Name=group)
    settings = msgspec.structs.replace(ENVIRONMENT, schedule_group=group, **changes)
    return Resumer(scheduler, arn, settings)


def occupy(scheduler: EventBridgeSchedulerClient, name: str) -> None:
    """Create an entry of this name in the default group that starts something else."""
    scheduler.create_schedule(
        Name=name,
        ScheduleExpression=SOON.strftime("at(%Y-%m-%dT%H:%M:%S)"),
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:lambda:us-east-1:123456789012:function:another",
            "RoleArn": ENVIRONMENT.resume_role_arn,
            "Input": "{}",
        },
    )


def test_environments_of_one_account_resume_their_own_runs(
    scheduler: EventBridgeSchedulerClient,
) -> None:
    for environment in ("dev", "prod"):
        assert resumer(scheduler, environment).schedule(REQUEST, 1, SOON) == SOON
    found = {entry["GroupName"]: entry["Target"]["Arn"].rpartition(":")[2] for entry in entries()}
    assert found == {"spotify-dev": "dev", "spotify-prod": "prod"}


def test_an_identical_entry_is_reported_with_its_own_time(
    scheduler: EventBridgeSchedulerClient,
) -> None:
    concurrent = resumer(scheduler, "dev")
    assert concurrent.schedule(REQUEST, 1, SOON) == SOON
    assert concurrent.schedule(REQUEST, 1, LATER) == SOON
    assert len(entries()) == 1


def test_an_entry_of_something_else_is_an_error(scheduler: EventBridgeSchedulerClient) -> None:
    one, group = resumer(scheduler, "dev"), "spotify-dev"
    one.schedule(REQUEST, 1, SOON)
    other = Resumer(
        scheduler, "arn:other", msgspec.structs.replace(ENVIRONMENT, schedule_group=group)
    )
    with pytest.raises(ForeignEntryError, match="is not resumed: the entry spotify-resume-") as e:
        other.schedule(REQUEST, 1, SOON)
    assert f"aws scheduler delete-schedule --group-name {group} --name {NAME}" in str(e.value)


def test_no_resume_is_reported_that_will_not_happen(
    deployed: Aws, server: Server, scheduler: EventBridgeSchedulerClient
) -> None:
    occupy(scheduler, NAME)
    server.fake.faults.add(Fault(Kind.RATE_LIMIT, r"/v1/playlists/.*", retry_after="86400"))
    with pytest.raises(ForeignEntryError):
        handler(EVENT, CONTEXT)
    [key] = [key for key in deployed.raw_keys() if "/run-" in key]
    record = msgspec.json.decode(gzip.decompress(deployed.read(key)))["body"]
    assert (record["status"], record["resume_at"]) == ("partial", None)
    assert f"not resumed: the entry {NAME} of the schedule group" in record["reason"]


def test_an_undelivered_resume_goes_to_the_queue_of_failed_runs(
    scheduler: EventBridgeSchedulerClient,
) -> None:
    queue = "arn:aws:sqs:us-east-1:123456789012:failed-runs"
    resumer(scheduler, "dev", failed_runs_arn=queue).schedule(REQUEST, 1, SOON)
    resumer(scheduler, "prod").schedule(REQUEST, 1, SOON)
    configured = {one["GroupName"]: one["Target"].get("DeadLetterConfig") for one in entries()}
    assert configured == {"spotify-dev": {"Arn": queue}, "spotify-prod": None}


def test_without_its_variables_a_resume_is_in_the_default_group() -> None:
    present = {
        name: value
        for name, value in ENVIRONMENT.to_variables().items()
        if name not in ("SCHEDULE_GROUP", "FAILED_RUNS_ARN")
    }
    read = ExtractEnvironment.from_variables(present)
    assert (read.schedule_group, read.failed_runs_arn) == ("default", "")


@pytest.mark.parametrize("attempt", [2, 11, 101])
def test_the_length_of_an_entry_name_is_known_beforehand(attempt: int) -> None:
    name = resume_name(REQUEST.run_id, attempt)
    assert resume_name_length(REQUEST.schedule, attempt) == len(name)
