"""Schedules, functions and queues: events, permissions and retries."""

import json

from stacks.configuration import load
from tests.infrastructure.conftest import Resources, Templates
from tests.infrastructure.policies import BUCKET, actions_of, statements_by_role, text_of


def test_the_template_of_the_secret_never_changes(resources: Resources) -> None:
    """A changed template generates a new value and overwrites the credentials."""
    [secret] = resources("ingestion", "AWS::SecretsManager::Secret").values()
    assert secret["GenerateSecretString"] == {
        "GenerateStringKey": "unused",
        "SecretStringTemplate": '{"client_id": "", "client_secret": ""}',
    }
    assert "SecretString" not in secret


def test_each_function_has_least_privilege(templates: Templates) -> None:
    actions = {
        role: actions_of(statements)
        for role, statements in statements_by_role(templates, "ingestion").items()
    }
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
        "s3:ListBucket",
        "s3:PutObject",
        "s3:DeleteObject",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    }


def test_extract_passes_only_the_resume_role_to_scheduler(templates: Templates) -> None:
    policies = statements_by_role(templates, "ingestion")
    [extract] = [found for role, found in policies.items() if role.startswith("ExtractRole")]
    [passing] = [s for s in extract if actions_of([s]) == {"iam:PassRole"}]
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}
    }
    role = passing["Resource"]["Fn::GetAtt"][0]
    assert actions_of(policies[role]) == {"lambda:InvokeFunction"}
    [invoked] = [s["Resource"]["Fn::GetAtt"][0] for s in policies[role]]
    assert invoked.startswith("ExtractFunction")


def test_transform_reads_raw_data_and_writes_transformed_data(templates: Templates) -> None:
    [statements] = [
        found
        for role, found in statements_by_role(templates, "ingestion").items()
        if role.startswith("Transform")
    ]
    reach = {
        action: json.dumps(statement["Resource"])
        for statement in statements
        for action in actions_of([statement])
        if action.startswith("s3:")
    }
    assert "/raw-data/*" in reach["s3:GetObject"]
    assert "/transformed-data/*" in reach["s3:PutObject"]
    assert "/transformed-data/*" in reach["s3:DeleteObject"]
    assert "raw-data" not in reach["s3:PutObject"]


def test_functions_see_that_an_object_is_missing(templates: Templates) -> None:
    """Without an unconditional s3:ListBucket, S3 responds 403 instead of 404."""
    readers = {
        role: statements
        for role, statements in statements_by_role(templates, "ingestion").items()
        if "s3:GetObject" in actions_of(statements)
    }
    assert len(readers) == 2
    for role, statements in readers.items():
        [listing] = [s for s in statements if "s3:ListBucket" in actions_of([s])]
        assert "Condition" not in listing, role
        assert text_of(listing["Resource"]) == BUCKET, role


def test_no_environment_variable_holds_a_secret(resources: Resources) -> None:
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
        "DAILY_CALLS",
        "ENRICHMENT_REQUESTS",
        "ENRICHMENT_DAYS",
        "POWERTOOLS_METRICS_NAMESPACE",
        "LONGEST_WAIT_SECONDS",
        "RESUMES",
        "RESUME_ROLE_ARN",
        "POWERTOOLS_SERVICE_NAME",
    }


def test_a_raw_part_is_retried_and_then_dead_lettered(resources: Resources) -> None:
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


def test_a_failed_run_is_retried_and_then_queued(resources: Resources) -> None:
    [config] = resources("ingestion", "AWS::Lambda::EventInvokeConfig").values()
    assert config["MaximumRetryAttempts"] == 2
    failed = config["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert failed in resources("ingestion", "AWS::SQS::Queue")


def test_a_schedule_sends_the_event_that_the_function_expects(resources: Resources) -> None:
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


def test_logs_are_kept_as_configured(resources: Resources) -> None:
    groups = resources("ingestion", "AWS::Logs::LogGroup").values()
    assert {group["RetentionInDays"] for group in groups} == {load("dev", {}).retention_days.logs}
