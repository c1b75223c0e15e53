"""The bucket: protection, events and lifecycle."""

from stacks.configuration import load
from tests.infrastructure.conftest import Resources


def test_the_bucket_is_private_encrypted_and_sends_events(resources: Resources) -> None:
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


def test_each_prefix_expires_as_configured(resources: Resources) -> None:
    [bucket] = resources("storage", "AWS::S3::Bucket").values()
    rules = bucket["LifecycleConfiguration"]["Rules"]
    retention = load("dev", {}).retention_days
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule} == {
        "raw-data/": retention.raw_data,
        "transformed-data/": retention.transformed_data,
        "state/runs/": retention.plans,
        "athena-results/": retention.athena_results,
    }
