"""With a customer-managed key, everything at rest uses it and everyone who needs it may."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from stacks.account_sections import Security
from stacks.configuration import load
from tests.infrastructure.conftest import Templates, build_app, resources_of, templates_of
from tests.infrastructure.policies import actions_of, listed, text_of

_KEY = "${PublishOutputFnGetAttKey961B73FDArn43BC6B29}"

# The property that names the key, by the resource types that store data.
_KEY_PROPERTIES = {
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
}

# Actions on encrypted data: their callers need the key as well.
_USES_KEY = {
    "s3:GetObject",
    "s3:PutObject",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
}


@pytest.fixture(scope="module")
def encrypted(all_templates: dict[str, Templates]) -> Templates:
    return all_templates["every option"]


def test_everything_at_rest_uses_the_key(encrypted: Templates) -> None:
    keys = {
        name: text_of(resource["Properties"][_KEY_PROPERTIES[resource["Type"]]])
        for template in encrypted.values()
        for name, resource in template["Resources"].items()
        if resource["Type"] in _KEY_PROPERTIES
    }
    assert len(keys) >= 7
    assert set(keys.values()) == {_KEY}
    queues = resources_of(encrypted, "ingestion", "AWS::SQS::Queue").values()
    assert {queue["SqsManagedSseEnabled"] for queue in queues} == {False}


def test_objects_and_query_results_use_the_key(encrypted: Templates) -> None:
    bucket = resources_of(encrypted, "storage", "AWS::S3::Bucket")["Bucket83908E77"]
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"] is True
    key = rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
    assert text_of(key) == "${Key961B73FD.Arn}"
    [group] = resources_of(encrypted, "analytics", "AWS::Athena::WorkGroup").values()
    managed = group["WorkGroupConfiguration"]["ManagedQueryResultsConfiguration"]
    assert text_of(managed["EncryptionConfiguration"]["KmsKey"]) == _KEY


def test_query_results_in_the_bucket_use_the_key(tmp_path: Path) -> None:
    key = Security(customer_managed_key=True)
    configuration = msgspec.structs.replace(load("dev", {}), security=key)
    templates = templates_of(build_app(configuration, tmp_path).synth())
    [group] = resources_of(templates, "analytics", "AWS::Athena::WorkGroup").values()
    results = group["WorkGroupConfiguration"]["ResultConfiguration"]["EncryptionConfiguration"]
    assert results["EncryptionOption"] == "SSE_KMS"
    assert text_of(results["KmsKey"]) == _KEY


def test_athena_may_use_the_key_for_results_of_the_workgroup(encrypted: Templates) -> None:
    [key] = resources_of(encrypted, "storage", "AWS::KMS::Key").values()
    [statement] = [
        one
        for one in key["KeyPolicy"]["Statement"]
        if one["Principal"].get("Service") == "encryption.athena.amazonaws.com"
    ]
    assert {"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"} == set(statement["Action"])
    arns = statement["Condition"]["ArnLike"].values()
    assert len(arns) == 2
    assert all(text_of(arn).endswith(":workgroup/spotify-dev") for arn in arns)


def test_who_handles_encrypted_data_may_use_the_key(encrypted: Templates) -> None:
    handling = {}
    for template in encrypted.values():
        for name, resource in template["Resources"].items():
            if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                statements = resource["Properties"]["PolicyDocument"]["Statement"]
                if actions_of(statements) & _USES_KEY:
                    handling[name] = statements
    assert len(handling) >= 4
    for name, statements in handling.items():
        [use] = [s for s in statements if "kms:Decrypt" in actions_of([s])]
        assert text_of(use["Resource"]) == _KEY, name
        writes = actions_of(statements) & {a for a in _USES_KEY if "Get" not in a}
        assert not writes or "kms:GenerateDataKey" in actions_of([use]), name


def test_services_may_use_the_key_where_they_act_themselves(encrypted: Templates) -> None:
    [key] = resources_of(encrypted, "storage", "AWS::KMS::Key").values()
    assert key["EnableKeyRotation"] is True
    services: dict[str, dict[str, Any]] = {
        text_of(service): statement
        for statement in key["KeyPolicy"]["Statement"]
        for service in listed(statement["Principal"].get("Service", []))
    }
    assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= actions_of([services["events.amazonaws.com"]])
    logs = services["logs.${Region}.amazonaws.com"]
    scope = text_of(logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"])
    assert scope == "arn:${Partition}:logs:${Region}:${AccountId}:log-group:*"


def test_without_the_option_there_is_no_key(all_templates: dict[str, Templates]) -> None:
    for environment, templates in all_templates.items():
        has_key = bool(resources_of(templates, "storage", "AWS::KMS::Key"))
        assert has_key == (environment == "every option")
