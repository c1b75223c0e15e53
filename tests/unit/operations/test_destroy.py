"""make destroy against CloudFormation and S3 in memory."""

import io
from collections.abc import Callable

import pytest

from commands.removal import destroy_stacks
from commands.variables import VariableError
from operations.cdk.destroy import ProtectedError
from operations.cdk.stacks import DeletionError
from operations.terminal import SafeConsole
from tests.conftest import Aws
from tests.unit.operations.fake_cloudformation import FakeCloudFormation

Destroy = Callable[..., str]


@pytest.fixture
def cloudformation(aws: Aws) -> FakeCloudFormation:
    return FakeCloudFormation(aws.s3)


@pytest.fixture
def destroy(cloudformation: FakeCloudFormation, aws: Aws) -> Destroy:
    """Run the command and return its output."""

    def run(confirmation: str = "dev") -> str:
        paper = SafeConsole(file=io.StringIO(), record=True, width=200)
        destroy_stacks("dev", confirmation, cloudformation, aws.s3, paper)
        return paper.export_text()

    return run


def test_a_bucket_with_old_versions_goes_with_its_stack(
    cloudformation: FakeCloudFormation, aws: Aws, destroy: Destroy
) -> None:
    bucket = cloudformation.create("storage").bucket
    aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"one", b"two"):
        aws.s3.put_object(Bucket=bucket, Key="raw", Body=body)
    aws.s3.delete_object(Bucket=bucket, Key="raw")
    assert "storage-bucket is empty: 3 object versions deleted" in destroy()
    assert cloudformation.deleted == ["spotify-dev-storage"]


def test_a_bucket_of_more_than_a_batch_is_emptied(
    cloudformation: FakeCloudFormation, aws: Aws, destroy: Destroy
) -> None:
    bucket = cloudformation.create("storage").bucket
    for number in range(1001):
        aws.s3.put_object(Bucket=bucket, Key=f"raw-data/{number}", Body=b"")
    assert "is empty: 1,001 object versions deleted" in destroy()
    assert cloudformation.deleted == ["spotify-dev-storage"]


def test_a_retained_bucket_is_announced_and_keeps_its_objects(
    cloudformation: FakeCloudFormation, aws: Aws, destroy: Destroy
) -> None:
    bucket = cloudformation.create("storage", "Retain").bucket
    aws.s3.put_object(Bucket=bucket, Key="raw", Body=b"one")
    shown = destroy()
    assert "Retained, to be deleted by hand:\n  storage-bucket  AWS::S3::Bucket\n" in shown
    assert "AWS::SQS::Queue" not in shown
    assert "Emptied" not in shown
    assert cloudformation.deleted == ["spotify-dev-storage"]
    assert aws.s3.get_object(Bucket=bucket, Key="raw")["Body"].read() == b"one"


def test_stacks_are_deleted_before_those_that_they_use(
    cloudformation: FakeCloudFormation, destroy: Destroy
) -> None:
    for name in ("storage", "ingestion", "catalog", "analytics"):
        cloudformation.create(name)
    destroy()
    assert cloudformation.deleted == [
        f"spotify-dev-{name}" for name in ("analytics", "catalog", "ingestion", "storage")
    ]


def test_stacks_of_other_environments_stay(
    cloudformation: FakeCloudFormation, destroy: Destroy
) -> None:
    stack = cloudformation.create("storage")
    cloudformation.stacks["spotify-other-storage"] = stack
    destroy()
    assert list(cloudformation.stacks) == ["spotify-other-storage"]


@pytest.mark.parametrize("confirmation", ["prod", "yes", " "])
def test_another_confirmation_deletes_nothing(
    cloudformation: FakeCloudFormation, aws: Aws, destroy: Destroy, confirmation: str
) -> None:
    bucket = cloudformation.create("storage").bucket
    aws.s3.put_object(Bucket=bucket, Key="raw", Body=b"one")
    with pytest.raises(VariableError, match="deletes nothing: expected dev"):
        destroy(confirmation)
    assert cloudformation.deleted == []
    assert aws.s3.get_object(Bucket=bucket, Key="raw")["Body"].read() == b"one"


def test_the_confirmation_is_typed_on_the_terminal(
    cloudformation: FakeCloudFormation, destroy: Destroy, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudformation.create("storage")
    monkeypatch.setattr("sys.stdin", io.StringIO("dev\n"))
    assert "Type dev to delete all this" in destroy("")
    assert cloudformation.deleted == ["spotify-dev-storage"]


@pytest.mark.parametrize("typed", ["\n", ""], ids=["enter", "no terminal"])
def test_without_a_confirmation_nothing_is_deleted(
    cloudformation: FakeCloudFormation,
    destroy: Destroy,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
) -> None:
    cloudformation.create("storage")
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with pytest.raises(VariableError, match="CONFIRM= deletes nothing: expected dev"):
        destroy("")
    assert cloudformation.deleted == []


def test_a_protected_stack_is_refused_with_the_remedy(
    cloudformation: FakeCloudFormation, destroy: Destroy
) -> None:
    cloudformation.create("storage", "Retain").is_protected = True
    with pytest.raises(ProtectedError, match=r"protects spotify-dev-storage .*deletion_protection"):
        destroy()
    assert cloudformation.deleted == []


def test_an_undeployed_environment_is_no_error(destroy: Destroy) -> None:
    assert destroy() == "Nothing is deployed for ENV=dev\n"


def test_a_stack_that_cannot_be_deleted_ends_with_the_reason(
    cloudformation: FakeCloudFormation, destroy: Destroy
) -> None:
    cloudformation.create("storage")
    cloudformation.create("analytics").fault = "DeleteConflict"
    with pytest.raises(DeletionError, match="analytics could not be deleted: Bucket: DeleteConf"):
        destroy()
    assert list(cloudformation.stacks) == ["spotify-dev-storage", "spotify-dev-analytics"]
