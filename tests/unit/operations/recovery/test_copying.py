"""make restore: what is copied, and in which order; make adopt: what it refuses."""

import boto3
import msgspec
import pytest

from operations.cdk.command_line import Cdk
from operations.recovery.copying import copy_objects, missing_keys
from operations.recovery.retained_bucket import BucketError, import_bucket
from stacks.configuration import load
from tests.conftest import Aws
from tests.unit.operations.conftest import WorkingDeployment

RAW = "raw-data/ingest_date=2026-03-01/20260301T060000Z-daily-0a1b2c3d/0000.jsonl.gz"
TOMBSTONE, STATE = "state/purged/p1.json", "state/daily.json"


@pytest.fixture
def source(aws: Aws) -> str:
    aws.s3.create_bucket(Bucket="retained")
    for key in (RAW, STATE, TOMBSTONE, "transformed-data/x.parquet", "athena-results/x.csv"):
        aws.s3.put_object(Bucket="retained", Key=key, Body=b"old", Metadata={"entries": "7"})
    return "retained"


def test_tombstones_are_copied_first_and_raw_data_last(
    source: str, deployment: WorkingDeployment
) -> None:
    assert missing_keys(deployment, source) == [TOMBSTONE, STATE, RAW]


def test_nothing_is_overwritten(source: str, aws: Aws, deployment: WorkingDeployment) -> None:
    aws.s3.put_object(Bucket=aws.bucket, Key=STATE, Body=b"new")
    keys = missing_keys(deployment, source)
    assert list(copy_objects(aws.s3, source, aws.bucket, keys)) == [TOMBSTONE, RAW]
    assert aws.read(STATE) == b"new"
    assert aws.s3.head_object(Bucket=aws.bucket, Key=RAW)["Metadata"] == {"entries": "7"}
    assert missing_keys(deployment, source) == []


@pytest.mark.parametrize(("name", "fault"), [("nope", "cannot be read"), ("", "name another")])
def test_a_wrong_bucket_is_named_with_a_remedy(
    aws: Aws, deployment: WorkingDeployment, name: str, fault: str
) -> None:
    with pytest.raises(BucketError, match=fault):
        missing_keys(deployment, name or aws.bucket)


def test_a_bucket_with_a_key_of_its_own_is_not_imported(source: str) -> None:
    configuration = load("local", {})
    security = msgspec.structs.replace(configuration.security, customer_managed_key=True)
    cdk = Cdk(configuration=msgspec.structs.replace(configuration, security=security), app=())
    with pytest.raises(BucketError, match="make restore"):
        import_bucket(cdk, boto3.client("cloudformation"), boto3.client("s3"), source)
