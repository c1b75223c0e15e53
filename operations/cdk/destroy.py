"""make destroy: deletes the stacks of an environment and empties the buckets that go with them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from operations.cdk.stacks import Resource, Stack, delete_stack, empty_bucket

NOT_IN_STACKS = (
    "the bootstrap stack CDKToolkit with the uploaded layers, which other apps may use",
    "the crawler's log group /aws-glue/crawlers, if it ran",
)


class ProtectedError(Exception):
    """The stacks are protected against deletion; the message names the remedy."""


@dataclass(frozen=True)
class Removal:
    """The deletion of an environment's deployed stacks, each before those that it uses."""

    environment: str
    stacks: list[Stack]

    @property
    def retained(self) -> list[Resource]:
        """Resources that outlive their stack."""
        return [one for stack in self.stacks for one in stack.resources if one.is_retained]

    @property
    def buckets(self) -> list[str]:
        return [bucket for stack in self.stacks for bucket in stack.buckets]

    def check(self) -> None:
        """Raise ProtectedError if CloudFormation would refuse the deletion."""
        names = ", ".join(stack.name for stack in self.stacks if stack.is_protected)
        if names:
            raise ProtectedError(
                f"CloudFormation protects {names} against deletion: set deletion_protection = "
                f"false in config/{self.environment}.toml and run make deploy "
                f"ENV={self.environment} first"
            )

    def run(self, cloudformation: Any, s3: Any, say: Callable[[str], None]) -> None:
        """Delete stack by stack; `say` receives a line after each step. Raises DeletionError.

        The stack of a bucket comes last: by then nothing writes to it.
        """
        for stack in self.stacks:
            for bucket in stack.buckets:
                say(f"Deleting the objects of {bucket}")
                versions = sum(empty_bucket(s3, bucket))
                say(f"{bucket} is empty: {versions:,} object versions deleted")
            delete_stack(cloudformation, stack.name)
            say(f"{stack.name} is deleted")
