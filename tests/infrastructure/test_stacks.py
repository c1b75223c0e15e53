"""What matters about the stacks: their graph, what must not change, and what is allowed to whom."""

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cfnlint.api import lint

from spotify_pipeline.tables import TABLES
from stacks.configuration import load
from tests.infrastructure.conftest import synthesize


def test_no_stack_depends_on_more_than_it_uses(assembly: cdk.cx_api.CloudAssembly) -> None:
    graph = {
        stack.stack_name.removeprefix("spotify-dev-"): sorted(
            other.id.removeprefix("spotify-dev-")
            for other in stack.dependencies
            if not other.id.endswith(".assets")
        )
        for stack in assembly.stacks
    }
    assert graph == {
        "storage": [],
        "ingestion": ["storage"],
        "catalog": ["storage"],
        "analytics": ["catalog", "storage"],
    }


def test_no_stack_exports_anything(templates: Any) -> None:
    """An export that another stack imports could not be changed any more."""
    exports = [
        o for t in templates.values() for o in t.get("Outputs", {}).values() if "Export" in o
    ]
    assert not exports


@pytest.mark.parametrize(
    ("stack", "outputs"),
    [
        ("storage", {"BucketName"}),
        (
            "ingestion",
            {
                "ExtractFunctionName",
                "TransformFunctionName",
                "SpotifySecretArn",
                "DeadLetterQueueUrl",
                "QueueUrl",
            },
        ),
        ("catalog", {"DatabaseName", "CrawlerName"}),
        ("analytics", {"WorkGroupName", "AnalystPolicyArn"}),
    ],
)
def test_the_outputs_that_others_rely_on(templates: Any, stack: str, outputs: set[str]) -> None:
    assert outputs <= set(templates[stack]["Outputs"])


def test_logical_ids_of_what_holds_data_never_change(resources: Any) -> None:
    """Another logical id is another resource: CloudFormation would delete this one."""
    assert set(resources("storage", "AWS::S3::Bucket")) == {"Bucket83908E77"}
    assert set(resources("ingestion", "AWS::SecretsManager::Secret")) == {"SpotifySecretA8C04999"}
    assert set(resources("catalog", "AWS::Glue::Database")) == {"Database"}
    assert set(resources("catalog", "AWS::Glue::Table")) == {
        "TableAlbumArtists",
        "TableAlbums",
        "TableArtists",
        "TableEpisodes",
        "TablePlaylistItems",
        "TablePlaylists",
        "TableRejected",
        "TableRuns",
        "TableTrackArtists",
        "TableTracks",
    }


def test_the_secrets_template_never_changes(resources: Any) -> None:
    """Another template would make a new value, and the credentials would be lost."""
    [secret] = resources("ingestion", "AWS::SecretsManager::Secret").values()
    assert secret["GenerateSecretString"] == {
        "GenerateStringKey": "unused",
        "SecretStringTemplate": '{"client_id": "", "client_secret": ""}',
    }
    assert "SecretString" not in secret


def test_the_bucket_is_closed_encrypted_and_announces_its_objects(resources: Any) -> None:
    [bucket] = resources("storage", "AWS::S3::Bucket").values()
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert "BucketEncryption" in bucket
    assert bucket["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }
    [policy] = resources("storage", "AWS::S3::BucketPolicy").values()
    statements = policy["PolicyDocument"]["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Deny"}
    assert {"Bool": {"aws:SecureTransport": "false"}} in [s["Condition"] for s in statements]


def test_each_prefix_expires_by_its_own_setting(resources: Any) -> None:
    [bucket] = resources("storage", "AWS::S3::Bucket").values()
    rules = bucket["LifecycleConfiguration"]["Rules"]
    keep = load("dev", {}).retention_days
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule} == {
        "raw-data/": keep.raw_data,
        "transformed-data/": keep.transformed_data,
        "state/runs/": keep.plans,
        "athena-results/": keep.athena_results,
    }


def _policies(templates: Any, stack: str) -> dict[str, list[dict[str, Any]]]:
    """Statements by the logical id of the role."""
    found: dict[str, list[dict[str, Any]]] = {}
    for resource in templates[stack]["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy":
            [role] = [reference["Ref"] for reference in resource["Properties"]["Roles"]]
            found[role] = resource["Properties"]["PolicyDocument"]["Statement"]
    return found


def _actions(statements: list[dict[str, Any]]) -> set[str]:
    listed = [s["Action"] if isinstance(s["Action"], list) else [s["Action"]] for s in statements]
    return {action for actions in listed for action in actions}


def test_each_function_may_do_what_it_does_and_no_more(templates: Any) -> None:
    actions = {role: _actions(said) for role, said in _policies(templates, "ingestion").items()}
    logs = {"logs:CreateLogStream", "logs:PutLogEvents"}
    [extract] = [found for role, found in actions.items() if role.startswith("Extract")]
    assert extract - logs == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "scheduler:CreateSchedule",
        "iam:PassRole",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:SendMessage",
    }
    [transform] = [found for role, found in actions.items() if role.startswith("Transform")]
    assert transform - logs == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    }


def test_the_extract_function_hands_only_the_resuming_role_to_scheduler(templates: Any) -> None:
    policies = _policies(templates, "ingestion")
    [extract] = [said for role, said in policies.items() if role.startswith("ExtractRole")]
    [passing] = [s for s in extract if _actions([s]) == {"iam:PassRole"}]
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}
    }
    role = passing["Resource"]["Fn::GetAtt"][0]
    assert _actions(policies[role]) == {"lambda:InvokeFunction"}
    [invoked] = [s["Resource"]["Fn::GetAtt"][0] for s in policies[role]]
    assert invoked.startswith("ExtractFunction")


@pytest.mark.parametrize("stack", ["storage", "ingestion", "catalog", "analytics"])
def test_no_role_may_do_everything_or_reach_everything(templates: Any, stack: str) -> None:
    for role, statements in _policies(templates, stack).items():
        assert not [action for action in _actions(statements) if "*" in action], role
        for statement in statements:
            listed = statement["Resource"]
            assert "*" not in (listed if isinstance(listed, list) else [listed]), role
    managed = [
        role.get("ManagedPolicyArns")
        for name, role in templates[stack]["Resources"].items()
        if role["Type"] == "AWS::IAM::Role"
    ]
    assert not any(managed)


def test_transform_reads_raw_data_and_writes_transformed_data(templates: Any) -> None:
    [statements] = [
        found
        for role, found in _policies(templates, "ingestion").items()
        if role.startswith("Transform")
    ]
    reach = {
        action: json.dumps(statement["Resource"])
        for statement in statements
        for action in _actions([statement])
        if action.startswith("s3:")
    }
    assert "/raw-data/*" in reach["s3:GetObject"]
    assert "/transformed-data/*" in reach["s3:PutObject"]
    assert "/transformed-data/*" in reach["s3:DeleteObject"]
    assert "raw-data" not in reach["s3:PutObject"]


def test_no_environment_variable_holds_a_secret(resources: Any) -> None:
    names = {
        name
        for function in resources("ingestion", "AWS::Lambda::Function").values()
        for name in function["Environment"]["Variables"]
    }
    assert names == {
        "BUCKET",
        "SPOTIFY_SECRET_ARN",
        "SPOTIFY_API_URL",
        "SPOTIFY_TOKEN_URL",
        "FULL_REFRESH_DAYS",
        "REQUESTS_PER_SECOND",
        "CONCURRENCY",
        "ENRICHMENT_REQUESTS",
        "ENRICHMENT_DAYS",
        "POWERTOOLS_METRICS_NAMESPACE",
        "LONGEST_WAIT_SECONDS",
        "RESUMES",
        "RESUME_ROLE_ARN",
        "POWERTOOLS_SERVICE_NAME",
    }


def test_a_raw_part_is_tried_again_and_then_kept(resources: Any) -> None:
    [mapping] = resources("ingestion", "AWS::Lambda::EventSourceMapping").values()
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2
    queues = resources("ingestion", "AWS::SQS::Queue")
    [parts] = [queue for queue in queues.values() if "RedrivePolicy" in queue]
    target = parts["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert queues[target]["MessageRetentionPeriod"] == 14 * 24 * 3600
    timeout = load("dev", {}).functions.transform.timeout_seconds
    assert parts["VisibilityTimeout"] >= 6 * timeout
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


def test_a_failed_run_is_tried_again_and_then_kept(resources: Any) -> None:
    [config] = resources("ingestion", "AWS::Lambda::EventInvokeConfig").values()
    assert config["MaximumRetryAttempts"] == 2
    failed = config["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert failed in resources("ingestion", "AWS::SQS::Queue")


def test_a_schedule_sends_the_event_that_the_function_expects(resources: Any) -> None:
    rules = resources("ingestion", "AWS::Events::Rule").values()
    [schedule] = [rule for rule in rules if "ScheduleExpression" in rule]
    assert schedule["ScheduleExpression"] == "cron(0 6 * * ? *)"
    transformer = schedule["Targets"][0]["InputTransformer"]
    assert transformer["InputPathsMap"] == {"time": "$.time"}
    event = json.loads(transformer["InputTemplate"].replace("<time>", '"2026-03-01T06:00:00Z"'))
    assert event == {
        "time": "2026-03-01T06:00:00Z",
        "schedule": "daily",
        "sources": {"my_playlists": True},
    }


def test_logs_are_kept_as_configured(resources: Any) -> None:
    groups = resources("ingestion", "AWS::Logs::LogGroup").values()
    assert {group["RetentionInDays"] for group in groups} == {load("dev", {}).retention_days.logs}


def test_every_table_finds_its_partitions_from_the_configured_day_on(resources: Any) -> None:
    tables = [t["TableInput"] for t in resources("catalog", "AWS::Glue::Table").values()]
    assert {table["Name"] for table in tables} == {table.name for table in TABLES}
    for table in tables:
        parameters = table["Parameters"]
        assert parameters["projection.enabled"] == "true"
        assert parameters["projection.ingest_date.range"] == "2026-01-01,NOW"
        template = json.dumps(parameters["storage.location.template"])
        assert f"transformed-data/{table['Name']}/ingest_date=${{ingest_date}}" in template


def test_the_crawler_changes_nothing_that_is_declared(resources: Any) -> None:
    [crawler] = resources("catalog", "AWS::Glue::Crawler").values()
    assert set(crawler["SchemaChangePolicy"].values()) == {"LOG"}
    [target] = crawler["Targets"]["CatalogTargets"]
    assert set(target["Tables"]) == {table.name for table in TABLES}


def test_the_workgroup_imposes_its_settings(resources: Any) -> None:
    [group] = resources("analytics", "AWS::Athena::WorkGroup").values()
    settings = group["WorkGroupConfiguration"]
    assert group["Name"] == "spotify-dev"
    assert settings["EnforceWorkGroupConfiguration"] is True
    assert settings["BytesScannedCutoffPerQuery"] == 10_000_000_000
    assert settings["EngineVersion"]["SelectedEngineVersion"] == "Athena engine version 3"
    assert "EncryptionConfiguration" in settings["ResultConfiguration"]


def test_cdk_has_nothing_to_warn_of(assembly: cdk.cx_api.CloudAssembly) -> None:
    messages = [f"{m.id}: {m.entry.data}" for stack in assembly.stacks for m in stack.messages]
    assert not [message for message in messages if "warn" in message.lower()]


def test_cfn_lint_has_nothing_to_say(assembly: cdk.cx_api.CloudAssembly) -> None:
    """But for W3005, a dependency that CDK itself writes twice."""
    found = {
        stack.stack_name: [
            str(match)
            for match in lint(Path(stack.template_full_path).read_text())
            if match.rule.id != "W3005"
        ]
        for stack in assembly.stacks
    }
    assert not any(found.values()), found


@pytest.mark.parametrize("environment", ["dev", "local", "prod"])
def test_every_environment_is_synthesized_without_a_warning(
    environment: str, tmp_path: Path
) -> None:
    made = synthesize(load(environment, {}), tmp_path)
    names = {"storage", "ingestion", "catalog", "analytics"}
    assert {stack.stack_name for stack in made.stacks} == {
        f"spotify-{environment}-{name}" for name in names
    }
    messages = [str(m.entry.data) for stack in made.stacks for m in stack.messages]
    assert not [message for message in messages if "warn" in message.lower()]


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Values by their path."""
    if isinstance(value, dict):
        inner = [(f"{path}.{key}".lstrip("."), v) for key, v in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{n}]", v) for n, v in enumerate(value)]
    else:
        return {path: value}
    return {p: leaf for key, v in inner for p, leaf in _leaves(v, key).items()}


def test_dev_and_prod_differ_only_where_their_configurations_do(
    templates: Any, tmp_path: Path
) -> None:
    prod = {
        stack.stack_name.rsplit("-", 1)[1]: json.loads(
            json.dumps(stack.template).replace("spotify-prod", "spotify-dev")
        )
        for stack in synthesize(load("prod", {}), tmp_path).stacks
    }
    here, there = _leaves(_without_names(templates)), _leaves(_without_names(prod))
    differing = {path for path in here.keys() | there.keys() if here.get(path) != there.get(path)}
    bucket = "storage.Resources.Bucket83908E77"
    rules = f"{bucket}.Properties.LifecycleConfiguration.Rules"
    secret = "ingestion.Resources.SpotifySecretA8C04999"
    assert differing == {
        f"{bucket}.DeletionPolicy",
        f"{bucket}.UpdateReplacePolicy",
        f"{bucket}.Properties.VersioningConfiguration.Status",
        f"{rules}[0].NoncurrentVersionExpiration.NoncurrentDays",
        f"{rules}[0].ExpiredObjectDeleteMarker",
        *(f"{rules}[{n}].ExpirationInDays" for n in (1, 2, 3, 4)),
        f"{secret}.DeletionPolicy",
        f"{secret}.UpdateReplacePolicy",
        "ingestion.Resources.ExtractLogs56BFE9EB.Properties.RetentionInDays",
        "ingestion.Resources.TransformLogs6C6200D4.Properties.RetentionInDays",
    }


def _without_names(templates: Any) -> Any:
    """Without what only spells the environment's name: logical ids of stacks, database, views."""
    text = json.dumps(templates).replace("spotify_prod", "spotify_dev")
    text = re.sub(r"spotify(dev|prod)", "spotify", text)
    text = re.sub(r"/\* Presto View: [^*]+ \*/", "view", text)
    # CDK ends such ids with a hash of the path, in which the stack's name stands.
    return json.loads(re.sub(r"(AllowEventRule|EventSource)\w+", r"\1", text))


def test_production_is_protected(tmp_path: Path) -> None:
    made = synthesize(load("prod", {}), tmp_path)
    assert all(stack.termination_protection for stack in made.stacks)
    assert (
        made.get_stack_by_name("spotify-prod-storage")
        .template["Resources"]["Bucket83908E77"]["DeletionPolicy"]
        .startswith("Retain")
    )


def test_an_analyst_may_query_and_nothing_else(resources: Any) -> None:
    [policy] = resources("analytics", "AWS::IAM::ManagedPolicy").values()
    statements = policy["PolicyDocument"]["Statement"]
    actions = _actions(statements)
    assert {action.split(":")[0] for action in actions} == {"athena", "glue", "s3"}
    writing = {a for a in actions if not re.match(r"\w+:(Batch)?(Get|List)", a)}
    assert writing == {
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
        "s3:AbortMultipartUpload",
        "s3:PutObject",
    }
    reach = {a: json.dumps(s["Resource"]) for s in statements for a in _actions([s])}
    assert "athena-results/*" in reach["s3:PutObject"]
    assert "transformed-data" not in reach["s3:PutObject"]
    assert not [where for where in reach.values() if where == '"*"' or "raw-data" in where]
    assert "Users" not in policy
    assert "Groups" not in policy


def test_the_same_commit_gives_the_same_templates(
    assembly: cdk.cx_api.CloudAssembly, tmp_path: Path
) -> None:
    again = synthesize(load("dev", {}), tmp_path)
    assert {s.stack_name: s.template for s in again.stacks} == {
        s.stack_name: s.template for s in assembly.stacks
    }
