"""CloudFormation in memory, for stacks of a bucket and a queue; the buckets are in S3."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, WaiterError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@dataclass
class FakeStack:
    """A stack whose bucket has this deletion policy; `fault` says why it cannot be deleted."""

    bucket: str
    policy: str
    is_protected: bool = False
    fault: str = ""


@dataclass
class FakeCloudFormation:
    """Its own waiter and its own paginator."""

    s3: "S3Client"
    stacks: dict[str, FakeStack] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def create(self, name: str, policy: str = "Delete") -> FakeStack:
        """Create a stack of the environment dev, with its bucket."""
        stack = FakeStack(f"{name}-bucket", policy)
        self.s3.create_bucket(Bucket=stack.bucket)
        self.stacks[f"spotify-dev-{name}"] = stack
        return stack

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - as AWS
        if StackName not in self.stacks:
            message = f"Stack with id {StackName} does not exist"
            raise ClientError(
                {"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks"
            )
        return {"Stacks": [{"EnableTerminationProtection": self.stacks[StackName].is_protected}]}

    def get_template(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - as AWS
        policy = self.stacks[StackName].policy
        resources = {"Bucket": {"DeletionPolicy": policy}, "Queue": {}}
        return {"TemplateBody": {"Resources": resources}}

    def list_stack_resources(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - as AWS
        stack = self.stacks[StackName]
        bucket = {
            "LogicalResourceId": "Bucket",
            "ResourceType": "AWS::S3::Bucket",
            "PhysicalResourceId": stack.bucket,
            "ResourceStatus": "DELETE_FAILED" if stack.fault else "CREATE_COMPLETE",
            "ResourceStatusReason": stack.fault,
        }
        queue = {
            "LogicalResourceId": "Queue",
            "ResourceType": "AWS::SQS::Queue",
            "PhysicalResourceId": "https://sqs/queue",
            "ResourceStatus": "CREATE_COMPLETE",
        }
        return {"StackResourceSummaries": [bucket, queue]}

    def delete_stack(self, *, StackName: str) -> None:  # noqa: N803 - as AWS
        """As on AWS, a bucket with objects or old versions cannot be deleted."""
        stack = self.stacks[StackName]
        try:
            if stack.policy == "Delete" and not stack.fault:
                self.s3.delete_bucket(Bucket=stack.bucket)
        except ClientError as error:
            stack.fault = str(error)
        if not stack.fault:
            del self.stacks[StackName]
            self.deleted.append(StackName)

    def get_waiter(self, _: str) -> "FakeCloudFormation":
        return self

    def wait(self, *, StackName: str, WaiterConfig: object) -> None:  # noqa: N803 - as AWS
        if StackName in self.stacks:
            raise WaiterError("stack_delete_complete", "DELETE_FAILED", {})

    def get_paginator(self, _: str) -> "FakeCloudFormation":
        return self

    def paginate(self, *, StackName: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - as AWS
        yield self.list_stack_resources(StackName=StackName)
