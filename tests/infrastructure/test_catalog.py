"""The declared tables and the crawler."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import msgspec
import pytest

from spotify_pipeline.keys import Part
from spotify_pipeline.tables import TABLES
from stacks.catalog import CatalogStack
from stacks.configuration import load
from stacks.storage import StorageStack
from tests.infrastructure.conftest import (
    CONTEXT,
    TODAY,
    Resources,
    Templates,
    resources_of,
    templates_of,
)
from tests.infrastructure.policies import BUCKET, allows, statements_by_role, text_of


@pytest.mark.parametrize(
    ("history_from", "first_day"),
    [
        (date(2026, 1, 1), "2026-01-01"),
        (TODAY - timedelta(days=399), "2025-01-26"),
        (TODAY - timedelta(days=400), "NOW-400DAYS"),
        (date(2021, 4, 1), "NOW-400DAYS"),
    ],
)
def test_projection_begins_with_the_first_day_that_has_data(
    history_from: date, first_day: str, tmp_path: Path
) -> None:
    dev = msgspec.structs.replace(load("dev", {}), history_from=history_from)
    app = cdk.App(context=CONTEXT, outdir=str(tmp_path))
    bucket = StorageStack(app, configuration=dev).bucket
    CatalogStack(app, configuration=dev, bucket=bucket, key=None, today=TODAY)
    for table in _tables(templates_of(app.synth())):
        assert table["Parameters"]["projection.ingest_date.range"] == f"{first_day},NOW"


def test_a_projected_partition_is_where_its_files_are(templates: Templates) -> None:
    """Without a template, a partition is at `<key>=<value>/` below the table's location."""
    tables = _tables(templates)
    assert {table["Name"] for table in tables} == {table.name for table in TABLES}
    for table in tables:
        assert table["Parameters"]["projection.enabled"] == "true"
        assert "storage.location.template" not in table["Parameters"]
        assert [key["Name"] for key in table["PartitionKeys"]] == ["ingest_date"]
        location = text_of(table["StorageDescriptor"]["Location"])
        part = Part("2026-03-01", "run", "0000")
        day, _, _ = part.table_key(table["Name"]).rpartition("/")
        assert f"{location}ingest_date=2026-03-01".endswith(f"/{day}")


def test_the_crawler_never_changes_a_declared_table(resources: Resources) -> None:
    [crawler] = resources("catalog", "AWS::Glue::Crawler").values()
    assert set(crawler["SchemaChangePolicy"].values()) == {"LOG"}
    [target] = crawler["Targets"]["CatalogTargets"]
    assert set(target["Tables"]) == {table.name for table in TABLES}


def test_the_crawler_runs_by_itself_only_if_configured(
    all_templates: dict[str, Templates],
) -> None:
    schedules = {
        environment: crawler.get("Schedule")
        for environment, templates in all_templates.items()
        for crawler in resources_of(templates, "catalog", "AWS::Glue::Crawler").values()
    }
    configured = schedules.pop("every option")
    assert configured == {"ScheduleExpression": "cron(0 4 ? * SUN *)"}
    assert set(schedules.values()) == {None}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("glue:GetTable", "table/spotify_dev/tracks"),
        ("glue:UpdateTable", "table/spotify_dev/tracks"),
        ("glue:BatchCreatePartition", "table/spotify_dev/tracks"),
        ("s3:GetBucketAcl", BUCKET),
        ("s3:GetBucketLocation", BUCKET),
        ("s3:ListBucket", BUCKET),
        ("s3:GetObject", f"{BUCKET}/transformed-data/tracks/ingest_date=2026-03-01/a.parquet"),
        ("cloudwatch:PutMetricData", "*"),
        ("logs:CreateLogGroup", "log-group:/aws-glue/crawlers"),
        ("logs:PutLogEvents", "log-group:/aws-glue/crawlers:log-stream:Crawler"),
    ],
)
def test_the_crawler_may_do_what_aws_documents(
    templates: Templates, action: str, resource: str
) -> None:
    [statements] = statements_by_role(templates, "catalog").values()
    assert allows(statements, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("glue:DeleteTable", "table/spotify_dev/tracks"),
        ("glue:BatchDeletePartition", "table/spotify_dev/tracks"),
        ("glue:UpdateTable", "table/other/tracks"),
        ("s3:GetObject", f"{BUCKET}/raw-data/part"),
        ("s3:PutObject", f"{BUCKET}/transformed-data/part"),
    ],
)
def test_the_crawler_may_do_no_more(templates: Templates, action: str, resource: str) -> None:
    [statements] = statements_by_role(templates, "catalog").values()
    assert not allows(statements, action, resource)


def test_the_log_group_of_all_crawlers_has_an_owner(all_templates: dict[str, Templates]) -> None:
    """CloudFormation cannot create a log group that another environment's stack has created."""
    owned = {
        environment: list(resources_of(templates, "catalog", "AWS::Logs::LogGroup").values())
        for environment, templates in all_templates.items()
    }
    [group] = owned.pop("every option")
    assert group["LogGroupName"] == "/aws-glue/crawlers"
    assert group["RetentionInDays"] == load("dev", {}).retention_days.logs
    assert not any(owned.values())


def _tables(templates: Templates) -> list[dict[str, Any]]:
    found = resources_of(templates, "catalog", "AWS::Glue::Table").values()
    return [table["TableInput"] for table in found]
