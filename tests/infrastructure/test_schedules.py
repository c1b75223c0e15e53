"""Schedules: their configuration, what Scheduler sends and to whom, and its permissions."""

import json
import zoneinfo
from pathlib import Path
from typing import Any

import pytest

from spotify_pipeline.keys import resume_name
from stacks.configuration import load
from tests.infrastructure.conftest import Resources, Templates, synthesize
from tests.infrastructure.policies import actions_of, statements_by_role
from tests.infrastructure.test_configuration import DEV, refusal

CRON = 'cron = "0 6 * * ? *"'
RUN_ID = "20260301T060000Z-{}-0a1b2c3d"

Schedules = dict[str, dict[str, Any]]


def configured(folder: Path, old: str, new: str) -> Path:
    """A folder with dev.toml, one text of it replaced."""
    assert old in DEV
    (folder / "dev.toml").write_text(DEV.replace(old, new))
    return folder


@pytest.fixture
def daily(resources: Resources) -> dict[str, Any]:
    """The schedule `daily` of the environment dev."""
    [schedule] = resources("ingestion", "AWS::Scheduler::Schedule").values()
    return schedule


def schedules_of(folder: Path) -> Schedules:
    """Schedules in the template for a dev.toml, by name."""
    assembly = synthesize(load("dev", {}, folder), folder / "out")
    template = assembly.get_stack_by_name("spotify-dev-ingestion").template
    return {
        resource["Properties"]["Name"]: resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Scheduler::Schedule"
    }


def test_a_schedule_sends_the_event_that_the_function_expects(daily: dict[str, Any]) -> None:
    assert daily["ScheduleExpression"] == "cron(0 6 * * ? *)"
    assert daily["Target"]["Arn"]["Fn::GetAtt"][0].startswith("ExtractFunction")
    assert json.loads(daily["Target"]["Input"]) == {
        "time": "<aws.scheduler.scheduled-time>",
        "schedule": "daily",
        "sources": {"my_playlists": True},
    }


def test_no_rule_starts_a_run(resources: Resources) -> None:
    rules = resources("ingestion", "AWS::Events::Rule").values()
    assert not [rule for rule in rules if "ScheduleExpression" in rule]


def test_an_undelivered_event_is_retried_and_then_queued(
    daily: dict[str, Any], resources: Resources
) -> None:
    [asynchronous] = resources("ingestion", "AWS::Lambda::EventInvokeConfig").values()
    failed_runs = asynchronous["DestinationConfig"]["OnFailure"]["Destination"]
    [extract] = [
        function["Environment"]["Variables"]
        for name, function in resources("ingestion", "AWS::Lambda::Function").items()
        if name.startswith("Extract")
    ]
    # Recurring and one-time schedules, and invocations that failed.
    assert daily["Target"]["DeadLetterConfig"]["Arn"] == failed_runs == extract["FAILED_RUNS_ARN"]
    assert daily["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 6 * 3600
    assert asynchronous["MaximumEventAgeInSeconds"] == 6 * 3600


def test_a_schedule_runs_in_its_time_zone_unless_paused(tmp_path: Path) -> None:
    zone = f'{CRON}\ntimezone = "Europe/Berlin"\nenabled = false'
    [berlin] = schedules_of(configured(tmp_path, CRON, zone)).values()
    assert (berlin["ScheduleExpressionTimezone"], berlin["State"]) == ("Europe/Berlin", "DISABLED")


def test_by_default_a_schedule_is_enabled_and_in_utc(daily: dict[str, Any]) -> None:
    assert (daily["ScheduleExpressionTimezone"], daily["State"]) == ("UTC", "ENABLED")


@pytest.mark.parametrize("name", ["group", "role"])
def test_a_schedule_may_have_any_valid_name(tmp_path: Path, name: str) -> None:
    folder = configured(tmp_path, "[schedules.daily]", f"[schedules.{name}]")
    assert list(schedules_of(folder)) == [name]


def test_no_schedule_has_the_name_of_imports(tmp_path: Path) -> None:
    message = refusal(tmp_path, "[schedules.daily]", "[schedules.import]")
    assert "schedules.import: the runs of make import have this name: choose another one" in message


@pytest.mark.parametrize("zone", ["Europe/Berln", "+01:00", "europe/berlin", "../etc/passwd", ""])
def test_an_unknown_time_zone_is_refused(tmp_path: Path, zone: str) -> None:
    message = refusal(tmp_path, CRON, f'{CRON}\ntimezone = "{zone}"')
    assert f"schedules.daily: timezone {zone!r} is unknown: give an IANA name, such as" in message


def test_time_zones_are_known_without_those_of_the_system(tmp_path: Path) -> None:
    folder = configured(tmp_path, CRON, f'{CRON}\ntimezone = "Europe/Berlin"')
    zoneinfo.reset_tzpath(to=[])
    try:
        assert load("dev", {}, folder).schedules["daily"].timezone == "Europe/Berlin"
    finally:
        zoneinfo.reset_tzpath()


@pytest.mark.parametrize("value", ["1", '"no"'])
def test_enabled_is_true_or_false(tmp_path: Path, value: str) -> None:
    message = refusal(tmp_path, CRON, f"{CRON}\nenabled = {value}")
    assert "schedules.daily.enabled: Expected `bool`" in message


@pytest.mark.parametrize(
    ("resumes", "longest"), [(0, 64), (8, 21), (9, 20), (10, 20), (98, 20), (99, 19), (100, 19)]
)
def test_a_schedule_name_must_fit_into_its_last_resume(
    tmp_path: Path, resumes: int, longest: int
) -> None:
    text = DEV.replace("resumes = 10 ", f"resumes = {resumes} ")
    path, fitting = tmp_path / "dev.toml", "n" * longest
    path.write_text(text.replace("[schedules.daily]", f"[schedules.{fitting}]"))
    assert list(load("dev", {}, tmp_path).schedules) == [fitting]
    assert not resumes or len(resume_name(RUN_ID.format(fitting), resumes + 1)) == 64
    path.write_text(text.replace("[schedules.daily]", f"[schedules.{fitting}n]"))
    with pytest.raises(Exception, match="the name has") as error:
        load("dev", {}, tmp_path)
    assert str(error.value) == (
        f"config/dev.toml: schedules.{fitting}n: the name has {longest + 1} characters, and at "
        f"most {longest} fit into EventBridge Scheduler's names with "
        f"functions.extract.resumes = {resumes}: shorten it"
    )


def test_more_playlists_than_a_schedule_holds_are_refused(tmp_path: Path) -> None:
    many = json.dumps([f"{n:022}" for n in range(7_700)])
    message = refusal(tmp_path, "playlists = []", f"playlists = {many}")
    assert "its sources make an event of 200,2" in message
    assert "split it in two" in message
    folder = configured(tmp_path, "playlists = []", f"playlists = {many[: 26 * 7_600 - 1]}]")
    assert len(load("dev", {}, folder).schedules["daily"].playlists) == 7_600


def test_scheduler_assumes_its_role_for_one_group_only(templates: Templates) -> None:
    resources = templates["ingestion"]["Resources"]
    [group] = [k for k, r in resources.items() if r["Type"] == "AWS::Scheduler::ScheduleGroup"]
    trusts = [
        statement
        for resource in resources.values()
        if resource["Type"] == "AWS::IAM::Role"
        for statement in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    ]
    assert [trust["Condition"] for trust in trusts] == [
        {
            "StringEquals": {
                "aws:SourceAccount": {"Ref": "AWS::AccountId"},
                "aws:SourceArn": {"Fn::GetAtt": [group, "Arn"]},
            }
        }
    ]


def test_extract_passes_only_the_role_of_schedules(
    templates: Templates, daily: dict[str, Any]
) -> None:
    policies = statements_by_role(templates, "ingestion")
    [extract] = [found for role, found in policies.items() if role.startswith("ExtractRole")]
    [passing] = [s for s in extract if actions_of([s]) == {"iam:PassRole"}]
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}
    }
    assert passing["Resource"] == daily["Target"]["RoleArn"]


def test_scheduler_may_only_start_and_queue_runs(
    templates: Templates, daily: dict[str, Any]
) -> None:
    target = daily["Target"]
    role = statements_by_role(templates, "ingestion")[target["RoleArn"]["Fn::GetAtt"][0]]
    assert {next(iter(actions_of([one]))): one["Resource"] for one in role} == {
        "lambda:InvokeFunction": target["Arn"],
        "sqs:SendMessage": target["DeadLetterConfig"]["Arn"],
    }


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_environment_has_its_own_schedule_group(environment: str, tmp_path: Path) -> None:
    """Runs of two environments have the same ids, and so have their resumes."""
    assembly = synthesize(load(environment, {}), tmp_path)
    template = assembly.get_stack_by_name(f"spotify-{environment}-ingestion").template
    resources, group = template["Resources"].values(), f"spotify-{environment}"
    groups = [r["Properties"]["Name"] for r in resources if r["Type"].endswith("ScheduleGroup")]
    inside = [r["Properties"]["GroupName"] for r in resources if r["Type"].endswith("::Schedule")]
    functions = [r["Properties"] for r in resources if r["Type"] == "AWS::Lambda::Function"]
    variables = [function["Environment"]["Variables"] for function in functions]
    assert groups == inside == [v["SCHEDULE_GROUP"] for v in variables if "RESUMES" in v] == [group]
    reach = [
        json.dumps(statement["Resource"])
        for statements in statements_by_role({"ingestion": template}, "ingestion").values()
        for statement in statements
        if actions_of([statement]) == {"scheduler:CreateSchedule", "scheduler:GetSchedule"}
    ]
    assert len(reach) == 1
    assert f":schedule/{group}/spotify-resume-*" in reach[0]
