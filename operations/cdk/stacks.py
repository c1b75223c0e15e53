"""The stacks of an environment as they are deployed: templates, resources and deletion."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import ClientError, WaiterError

from operations.deployment import stack_names

_RETAINED = ("Retain", "RetainExceptOnCreate")
_BUCKET = "AWS::S3::Bucket"
_POLL = {"Delay": 5, "MaxAttempts": 360}


class DeletionError(Exception):
    """A stack or an object could not be deleted; contains its name and the reasons."""


@dataclass(frozen=True)
class Resource:
    """A deployed resource; `is_retained` if it outlives its stack."""

    type: str
    name: str
    is_retained: bool


@dataclass(frozen=True)
class Stack:
    """A deployed stack; CloudFormation refuses to delete a protected one."""

    name: str
    is_protected: bool
    resources: tuple[Resource, ...]

    @classmethod
    def read(cls, cloudformation: Any, name: str) -> Self | None:
        """Read a stack, or None if it is not deployed."""
        try:
            [found] = cloudformation.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        # The deletion policies in force are those of the last deployment.
        template = cloudformation.get_template(StackName=name)["TemplateBody"]["Resources"]
        listing = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        resources = (
            Resource(
                item["ResourceType"],
                item.get("PhysicalResourceId", item["LogicalResourceId"]),
                template.get(item["LogicalResourceId"], {}).get("DeletionPolicy") in _RETAINED,
            )
            for page in listing
            for item in page["StackResourceSummaries"]
            if item["ResourceStatus"] != "DELETE_COMPLETE"
        )
        return cls(name, bool(found.get("EnableTerminationProtection")), tuple(resources))

    @property
    def buckets(self) -> list[str]:
        """Buckets that are deleted with the stack, for which they must be empty."""
        return [one.name for one in self.resources if one.type == _BUCKET and not one.is_retained]


def deployed_stacks(cloudformation: Any, environment: str) -> list[Stack]:
    """The environment's stacks that exist, each before those that it uses."""
    found = (Stack.read(cloudformation, name) for name in reversed(stack_names(environment)))
    return [stack for stack in found if stack]


def delete_stack(cloudformation: Any, name: str) -> None:
    """Delete a stack and wait for the end. Raises DeletionError.

    CloudFormation uses the role of the last deployment (AWS CloudFormation API Reference,
    DeleteStack, RoleARN).
    """
    cloudformation.delete_stack(StackName=name)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=_POLL)
    except WaiterError as error:
        faults = "; ".join(_faults(cloudformation, name)) or str(error)
        raise DeletionError(f"The stack {name} could not be deleted: {faults}") from error


def _faults(cloudformation: Any, name: str) -> Iterator[str]:
    for item in cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"]:
        if item["ResourceStatus"] == "DELETE_FAILED":
            yield f"{item['LogicalResourceId']}: {item.get('ResourceStatusReason', 'no reason')}"


def empty_bucket(s3: Any, bucket: str) -> Iterator[int]:
    """Delete every version and delete marker; yields the sizes of the batches.

    Raises DeletionError.
    """
    while found := _versions(s3.list_object_versions(Bucket=bucket)):
        response = s3.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})
        for error in response.get("Errors", []):
            raise DeletionError(
                f"{error.get('Key')} in the bucket {bucket} could not be deleted: "
                f"{error.get('Message', error.get('Code'))}"
            )
        yield len(found)


def _versions(listing: dict[str, Any]) -> list[dict[str, str]]:
    items = [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]
    return [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in items]
