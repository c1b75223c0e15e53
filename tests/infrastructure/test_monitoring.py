"""The alarms' topic and texts, the schedules that CloudWatch can watch, and the dashboard."""

import json
from pathlib import Path
from xml.sax.saxutils import escape

from stacks.configuration import load
from tests.infrastructure.cloudwatch import alarm_of
from tests.infrastructure.conftest import Resources, Templates, resources_of, synthesize
from tests.infrastructure.policies import text_of
from tests.infrastructure.test_schedules import CRON, configured

ALARM = "AWS::CloudWatch::Alarm"
TOPIC = {"Ref": "MonitoringTopic2EDA8B02"}


def infos(folder: Path) -> list[str]:
    assembly = synthesize(load("dev", {}, folder), folder / "out")
    ingestion = assembly.get_stack_by_name("spotify-dev-ingestion")
    return [str(message.entry.data) for message in ingestion.messages]


def names(folder: Path) -> set[str]:
    assembly = synthesize(load("dev", {}, folder), folder / "out")
    template = assembly.get_stack_by_name("spotify-dev-ingestion").template
    return {
        resource["Properties"]["AlarmName"].removeprefix("spotify-dev-")
        for resource in template["Resources"].values()
        if resource["Type"] == ALARM
    }


def test_only_own_alarms_may_publish_and_only_over_tls(resources: Resources) -> None:
    [policy] = resources("ingestion", "AWS::SNS::TopicPolicy").values()
    refused, allowed = policy["PolicyDocument"]["Statement"]
    assert refused["Effect"] == "Deny"
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    source = text_of(allowed["Condition"]["ArnLike"]["aws:SourceArn"])
    assert source.endswith(":alarm:spotify-dev-*")


def test_every_address_hears_of_alarms(all_templates: dict[str, Templates]) -> None:
    subscribed = {
        environment: [
            (one["Protocol"], one["Endpoint"])
            for one in resources_of(templates, "ingestion", "AWS::SNS::Subscription").values()
        ]
        for environment, templates in all_templates.items()
    }
    assert subscribed.pop("every option") == [("email", "team@example.com")]
    assert not any(subscribed.values())


def test_an_alarm_and_its_end_are_sent(resources: Resources) -> None:
    for alarm in resources("ingestion", ALARM).values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [TOPIC], alarm["AlarmName"]


def test_an_alarm_says_what_to_do_first(resources: Resources) -> None:
    for alarm in map(alarm_of, resources("ingestion", ALARM).values()):
        # PutMetricAlarm allows 1,024 characters; a reference becomes a name of up to 100.
        assert len(alarm.text) < 800
        meaning, _, first = alarm.text.partition(" First: ")
        assert len(meaning.split()) > 8, alarm.name
        assert len(first.split()) > 2, alarm.name
        assert ".." not in alarm.text


def test_no_alarm_looks_further_than_cloudwatch(all_templates: dict[str, Templates]) -> None:
    """PutMetricAlarm: a day, or seven days for periods of an hour or more."""
    for templates in all_templates.values():
        for alarm in resources_of(templates, "ingestion", ALARM).values():
            limit = 7 * 86_400 if alarm["Period"] >= 3600 else 86_400
            assert alarm["Period"] * alarm["EvaluationPeriods"] <= limit


def test_every_alarm_is_documented(resources: Resources) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    for alarm in resources("ingestion", ALARM).values():
        name = alarm["AlarmName"].removeprefix("spotify-dev-").replace("-daily", "-<schedule>")
        assert f"`{name}`" in page, name


def test_a_paused_schedule_is_not_watched(tmp_path: Path) -> None:
    configured(tmp_path, CRON, f"{CRON}\nenabled = false")
    assert not {name for name in names(tmp_path) if "daily" in name} - {"daily-calls"}


def test_synth_names_a_schedule_that_cannot_be_watched(tmp_path: Path) -> None:
    configured(tmp_path, CRON, 'cron = "0 6 ? * SUN *"')
    [info] = infos(tmp_path)
    assert info.startswith("schedules.daily: CloudWatch watches at most seven days")
    alarms = names(tmp_path)
    assert "stale-daily" not in alarms
    assert {"entries-daily", "lost-daily"} <= alarms


def test_the_dashboard_shows_every_alarm(resources: Resources) -> None:
    [dashboard] = resources("ingestion", "AWS::CloudWatch::Dashboard").values()
    assert dashboard["DashboardName"] == "spotify-dev"
    body = json.loads(text_of(dashboard["DashboardBody"]))
    alarms, *graphs = body["widgets"]
    shown = {arn.removeprefix("${").removesuffix(".Arn}") for arn in alarms["properties"]["alarms"]}
    assert shown == set(resources("ingestion", ALARM))
    assert len(graphs) == 10


def test_the_documentation_shows_the_dashboard_as_it_is(resources: Resources) -> None:
    picture = (Path(__file__).parents[2] / "docs" / "images" / "dashboard.svg").read_text()
    [dashboard] = resources("ingestion", "AWS::CloudWatch::Dashboard").values()
    for widget in json.loads(text_of(dashboard["DashboardBody"]))["widgets"]:
        assert f">{escape(widget['properties']['title'])}</text>" in picture, (
            "run make docs-dashboard"
        )
    for alarm in resources("ingestion", ALARM).values():
        assert f">{alarm['AlarmName'].removeprefix('spotify-dev-')}</text>" in picture
