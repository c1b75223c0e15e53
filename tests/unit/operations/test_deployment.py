from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from operations.deployment import NotDeployedError, deployed_on_aws
from stacks.configuration import load


class CloudFormation:
    """The stacks that are there, with their outputs."""

    def __init__(self, **stacks: dict[str, str]) -> None:
        self._stacks = {f"spotify-dev-{name}": outputs for name, outputs in stacks.items()}

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName not in self._stacks:
            error: Any = {"Code": "ValidationError", "Message": f"{StackName} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        outputs = self._stacks[StackName].items()
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs]}]}


def deploy(monkeypatch: pytest.MonkeyPatch, **stacks: dict[str, str]) -> None:
    monkeypatch.setattr(boto3, "client", lambda *_, **__: CloudFormation(**stacks))


def test_an_environment_is_known_by_the_outputs_of_its_four_stacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deploy(
        monkeypatch,
        storage={"BucketName": "b"},
        ingestion={"QueueUrl": "q", "DeadLetterQueueUrl": "d"},
        catalog={"DatabaseName": "spotify_dev"},
        analytics={"WorkGroupName": "spotify-dev"},
    )
    deployment = deployed_on_aws(load("dev", {}))
    assert deployment.output("BucketName") == "b"
    assert deployment.output("DeadLetterQueueUrl") == "d"
    assert deployment.output("WorkGroupName") == "spotify-dev"


def test_an_environment_that_is_not_deployed_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deploy(monkeypatch, storage={"BucketName": "b"})
    with pytest.raises(NotDeployedError) as caught:
        deployed_on_aws(load("dev", {}))
    assert "spotify-dev-ingestion does not exist. Check the AWS credentials" in str(caught.value)
    assert "cdk deploy --all -c env=dev" in str(caught.value)
