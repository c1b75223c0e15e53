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
        "scheduler:GetSchedule",
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
        "RESERVED_CALLS",
        "ENRICHMENT_REQUESTS",
        "ENRICHMENT_DAYS",
        "POWERTOOLS_METRICS_NAMESPACE",
        "LONGEST_WAIT_SECONDS",
        "RESUMES",
        "RESUME_ROLE_ARN",
        "SCHEDULE_GROUP",
        "FAILED_RUNS_ARN",
        "POWERTOOLS_SERVICE_NAME",
    }


def test_a_raw_part_is_retried_and_then_dead_lettered(resources: Resources) -> None:
    [mapping] = resources("ingestion", "AWS::Lambda::EventSourceMapping").values()
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2
    queues = resources("ingestion", "AWS::SQS::Queue")
    [parts] = [queue for queue in queues.values() if "RedrivePolicy" in queue]
    # AWS advises at least five: receives that Lambda throttles count as well.
    assert parts["RedrivePolicy"]["maxReceiveCount"] >= 5
    target = parts["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert queues[target]["MessageRetentionPeriod"] == 14 * 24 * 3600
    timeout = load("dev", {}).functions.transform.timeout_seconds
    assert parts["VisibilityTimeout"] >= 6 * timeout
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


def test_an_undelivered_raw_part_is_dead_lettered(resources: Resources) -> None:
    [rule] = resources("ingestion", "AWS::Events::Rule").values()
    [target] = rule["Targets"]
    queues = resources("ingestion", "AWS::SQS::Queue")
    parts, dead_letters = (
        queues_of["Fn::GetAtt"][0]
        for queues_of in (target["Arn"], target["DeadLetterConfig"]["Arn"])
    )
    redrive = queues[parts]["RedrivePolicy"]["deadLetterTargetArn"]
    assert redrive["Fn::GetAtt"][0] == dead_letters
    allowed = [
        statement["Resource"]["Fn::GetAtt"][0]
        for policy in resources("ingestion", "AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "events.amazonaws.com"}
    ]
    assert sorted(allowed) == sorted([parts, dead_letters])


def test_a_failed_run_is_retried_and_then_queued(resources: Resources) -> None:
    [config] = resources("ingestion", "AWS::Lambda::EventInvokeConfig").values()
    assert config["MaximumRetryAttempts"] == 2
    failed = config["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert failed in resources("ingestion", "AWS::SQS::Queue")


def test_logs_are_kept_as_configured(resources: Resources) -> None:
    groups = resources("ingestion", "AWS::Logs::LogGroup").values()
    assert {group["RetentionInDays"] for group in groups} == {load("dev", {}).retention_days.logs}
