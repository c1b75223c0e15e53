"""make adopt: a new storage stack takes over the bucket that an earlier one retained.

An import adds a resource to a stack without changing the resource (AWS CloudFormation User Guide,
"Import AWS resources into a CloudFormation stack").
"""

from typing import Any

from botocore.exceptions import ClientError

from operations.cdk.command_line import Cdk
from operations.cdk.stacks import Stack
from stacks.configuration import Configuration


class BucketError(Exception):
    """A bucket cannot be imported or copied; the message names it and the remedy."""


def import_bucket(cdk: Cdk, cloudformation: Any, s3: Any, bucket: str) -> None:
    """Create the storage stack with the bucket and nothing else. Raises BucketError, CdkError."""
    _check_options(cdk.configuration)
    environment = cdk.configuration.environment
    stack = f"spotify-{environment}-storage"
    if Stack.read(cloudformation, stack):
        raise BucketError(
            f"The stack {stack} exists and has a bucket. Copy {bucket} into it instead: "
            f"make restore ENV={environment} BUCKET={bucket}"
        )
    check_bucket(s3, bucket)
    cdk.import_bucket(stack, bucket)


def check_bucket(s3: Any, bucket: str) -> None:
    """Raise BucketError unless the bucket exists and may be listed."""
    try:
        s3.list_objects_v2(Bucket=bucket, MaxKeys=1)
    except ClientError as error:
        raise BucketError(
            f"BUCKET={bucket} cannot be read: {str(error).rstrip('.')}. Check its name, as "
            "make destroy printed it, and its account"
        ) from error


def _check_options(configuration: Configuration) -> None:
    security = configuration.security
    if security.customer_managed_key or security.access_logs:
        raise BucketError(
            "A bucket with security.customer_managed_key or security.access_logs refers to a key "
            "or a second bucket, and cannot be imported alone: make deploy, then make restore"
        )
