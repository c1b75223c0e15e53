"""The bucket: protection, events and lifecycle."""

from spotify_pipeline import keys
from stacks.configuration import load
from tests.infrastructure.conftest import Resources, Templates, resources_of


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
        "state/damaged/": retention.damaged_state,
        "athena-results/": retention.athena_results,
    }


def test_old_versions_and_delete_markers_are_deleted_everywhere(
    all_templates: dict[str, Templates],
) -> None:
    """Where versions are kept, an expiration only makes the newest one a noncurrent version."""
    versioned = 0
    for templates in all_templates.values():
        for bucket in resources_of(templates, "storage", "AWS::S3::Bucket").values():
            if bucket.get("VersioningConfiguration", {}).get("Status") != "Enabled":
                continue
            versioned += 1
            rules = bucket["LifecycleConfiguration"]["Rules"]
            [cleaning] = [rule for rule in rules if "NoncurrentVersionExpiration" in rule]
            assert not cleaning.keys() & {"Prefix", "TagFilters", "ObjectSizeGreaterThan"}
            assert set(cleaning["NoncurrentVersionExpiration"]) == {"NoncurrentDays"}
            assert cleaning["ExpiredObjectDeleteMarker"] is True
            assert {rule["Status"] for rule in rules} == {"Enabled"}
    assert versioned


def test_only_states_and_the_call_ledger_are_kept_for_ever(resources: Resources) -> None:
    [bucket] = resources("storage", "AWS::S3::Bucket").values()
    rules = bucket["LifecycleConfiguration"]["Rules"]
    expiring = tuple(rule["Prefix"] for rule in rules if "ExpirationInDays" in rule)
    part = keys.Part("2026-03-01", "20260301T060000Z-daily-082ad044", "0000")
    written = {
        part.raw_key,
        part.table_key("tracks"),
        keys.plan_key(part.run_id),
        keys.checkpoint_key(part.run_id, 0),
        keys.damaged_state_key("daily", "0123"),
        f"{keys.RESULTS_PREFIX}a.csv",
        keys.state_key("daily"),
        keys.history_key("daily"),
        keys.LEDGER_KEY,
    }
    kept = {key for key in written if not key.startswith(expiring)}
    assert kept == {keys.state_key("daily"), keys.history_key("daily"), keys.LEDGER_KEY}


def test_access_logs_are_private_and_expire(all_templates: dict[str, Templates]) -> None:
    templates = all_templates["every option"]
    buckets = resources_of(templates, "storage", "AWS::S3::Bucket")
    logged = buckets.pop("Bucket83908E77")
    [(name, logs)] = buckets.items()
    assert logged["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": name}
    assert all(logs["PublicAccessBlockConfiguration"].values())
    [rule] = logs["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == load("dev", {}).retention_days.logs
    # S3 delivers access logs to buckets with its own keys only.
    [encryption] = logs["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
