"""The workgroup, and the permissions of analysts."""

import base64
import json
import re

import pytest

from tests.infrastructure.conftest import Resources, Templates, resources_of
from tests.infrastructure.policies import BUCKET, actions_of, allows

WORKGROUP = "workgroup/${WorkGroup}"


def test_the_workgroup_enforces_its_settings(resources: Resources) -> None:
    [group] = resources("analytics", "AWS::Athena::WorkGroup").values()
    settings = group["WorkGroupConfiguration"]
    assert group["Name"] == "spotify-dev"
    assert settings["EnforceWorkGroupConfiguration"] is True
    assert settings["BytesScannedCutoffPerQuery"] == 10_000_000_000
    assert settings["EngineVersion"]["SelectedEngineVersion"] == "Athena engine version 3"
    assert "EncryptionConfiguration" in settings["ResultConfiguration"]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        # The console's lists of workgroups, catalogs, databases, tables and columns.
        ("athena:ListWorkGroups", "*"),
        ("athena:ListEngineVersions", "*"),
        ("athena:ListDataCatalogs", "*"),
        ("athena:GetDataCatalog", "datacatalog/AwsDataCatalog"),
        ("athena:ListDatabases", "datacatalog/AwsDataCatalog"),
        ("athena:GetDatabase", "datacatalog/AwsDataCatalog"),
        ("athena:ListTableMetadata", "datacatalog/AwsDataCatalog"),
        ("athena:GetTableMetadata", "datacatalog/AwsDataCatalog"),
        ("glue:GetCatalogs", "catalog"),
        ("glue:GetDatabases", "catalog"),
        ("glue:GetDatabases", "database/spotify_dev"),
        ("glue:GetDatabase", "database/spotify_dev"),
        ("glue:GetTables", "table/spotify_dev/tracks"),
        # A query, and its results.
        ("athena:GetWorkGroup", WORKGROUP),
        ("athena:GetNamedQuery", WORKGROUP),
        ("athena:ListPreparedStatements", WORKGROUP),
        ("athena:GetPreparedStatement", WORKGROUP),
        ("athena:StartQueryExecution", WORKGROUP),
        ("athena:GetQueryResultsStream", WORKGROUP),
        ("glue:GetPartitions", "table/spotify_dev/tracks"),
        ("s3:GetObject", f"{BUCKET}/transformed-data/tracks/ingest_date=2026-03-01/a.parquet"),
        ("s3:GetBucketLocation", BUCKET),
        ("s3:ListBucket", BUCKET),
        ("s3:ListBucketMultipartUploads", BUCKET),
        ("s3:PutObject", f"{BUCKET}/athena-results/a.csv"),
    ],
)
def test_an_analyst_may_do_what_console_and_drivers_do(
    resources: Resources, action: str, resource: str
) -> None:
    [policy] = resources("analytics", "AWS::IAM::ManagedPolicy").values()
    assert allows(policy["PolicyDocument"]["Statement"], action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("athena:StartQueryExecution", "workgroup/primary"),
        ("athena:GetDatabase", "datacatalog/other"),
        ("glue:GetTables", "table/other/tracks"),
        ("glue:GetDatabase", "database/other"),
        ("glue:UpdateTable", "table/spotify_dev/tracks"),
        ("s3:GetObject", f"{BUCKET}/raw-data/part"),
        ("s3:GetObject", f"{BUCKET}/state/daily.json"),
        ("s3:PutObject", f"{BUCKET}/transformed-data/tracks/a.parquet"),
    ],
)
def test_an_analyst_may_do_no_more(resources: Resources, action: str, resource: str) -> None:
    [policy] = resources("analytics", "AWS::IAM::ManagedPolicy").values()
    assert not allows(policy["PolicyDocument"]["Statement"], action, resource)


def test_an_analyst_changes_nothing_but_results(resources: Resources) -> None:
    [policy] = resources("analytics", "AWS::IAM::ManagedPolicy").values()
    actions = actions_of(policy["PolicyDocument"]["Statement"])
    assert {a for a in actions if not re.match(r"\w+:(Batch)?(Get|List)", a)} == {
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
        "s3:AbortMultipartUpload",
        "s3:PutObject",
    }


def test_with_managed_results_nothing_is_written_to_the_bucket(
    all_templates: dict[str, Templates],
) -> None:
    managed = all_templates["every option"]
    [group] = resources_of(managed, "analytics", "AWS::Athena::WorkGroup").values()
    assert group["WorkGroupConfiguration"]["ManagedQueryResultsConfiguration"]["Enabled"] is True
    assert "ResultConfiguration" not in group["WorkGroupConfiguration"]
    [policy] = resources_of(managed, "analytics", "AWS::IAM::ManagedPolicy").values()
    statements = policy["PolicyDocument"]["Statement"]
    assert "athena-results" not in json.dumps(statements)
    assert not actions_of(statements) & {"s3:PutObject", "s3:ListBucketMultipartUploads"}
    assert allows(statements, "athena:GetQueryResultsStream", WORKGROUP)
    assert allows(statements, "s3:ListBucket", BUCKET)


def test_the_stack_attaches_the_policy_as_configured(
    all_templates: dict[str, Templates],
) -> None:
    """CloudFormation detaches what its template attaches, and can then delete the policy."""
    attached = {
        environment: (policy.get("Roles"), policy.get("Groups"), policy.get("Users"))
        for environment, templates in all_templates.items()
        for policy in resources_of(templates, "analytics", "AWS::IAM::ManagedPolicy").values()
    }
    assert attached.pop("every option") == (["Analyst"], ["Analysts"], None)
    assert set(attached.values()) == {(None, None, None)}


@pytest.fixture
def statements(resources: Resources) -> dict[str, str]:
    """The statement of each view in Athena's stored form, by its name."""
    found = {}
    for table in resources("analytics", "AWS::Glue::Table").values():
        stored = table["TableInput"]["ViewOriginalText"].split()[3]
        found[table["TableInput"]["Name"]] = json.loads(base64.b64decode(stored))["originalSql"]
    return found


def test_views_of_the_present_are_bounded_as_configured(statements: dict[str, str]) -> None:
    """dev: daily runs, 30 days without a run, full_refresh_days = 30, enrichment_days = 90."""
    assert re.findall(r"interval '(\d+)' day.* as (\w+)", statements["bounds"]) == [
        ("31", "first_run_day"),
        ("61", "first_contents_day"),
        ("151", "first_details_day"),
    ]
    bounds = {
        "runs_recent": "first_run_day",
        "playlist_items_recent": "first_contents_day",
        "albums_recent": "first_details_day",
    }
    for view, bound in bounds.items():
        assert statements[view].endswith(f"ingest_date >= bounds.{bound}\n")


def test_columns_of_views_are_described_in_glue(resources: Resources) -> None:
    for table in resources("analytics", "AWS::Glue::Table").values():
        columns = table["TableInput"]["StorageDescriptor"]["Columns"]
        assert all(column.get("Comment") for column in columns), table["TableInput"]["Name"]


def test_a_query_with_parameters_is_also_a_prepared_statement(resources: Resources) -> None:
    saved = resources("analytics", "AWS::Athena::NamedQuery").values()
    statements = resources("analytics", "AWS::Athena::PreparedStatement").values()
    assert {one["StatementName"]: one["QueryStatement"] for one in statements} == {
        query["Name"]: query["QueryString"] for query in saved if "?" in _code(query)
    }
    assert "playlist_as_of" in {one["StatementName"] for one in statements}
    for one in statements:
        assert one["WorkGroup"] == {"Ref": "WorkGroup"}
        assert re.fullmatch(r"[a-z_][a-z0-9_]+", one["StatementName"])


def _code(query: dict[str, str]) -> str:
    """The query's text without its comments."""
    return re.sub(r"--.*", "", query["QueryString"])
