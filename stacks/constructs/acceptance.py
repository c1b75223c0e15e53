"""Accepted findings of cdk-nag, each with its reason; the tests run cdk-nag."""

from collections.abc import Mapping

import aws_cdk as cdk
from constructs import IConstruct


def accept(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings at a resource: reasons by the finding's id."""
    for finding, reason in reasons.items():
        cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=finding, reason=reason))


def wildcard(resource: str) -> str:
    """The finding that a policy's resource has a wildcard.

    cdk-nag's ids contain account, region and whole cross-stack references. Here the bucket is
    `<bucket>`, and other ARNs begin with the service: `<bucket>/state/*`, `glue:table/spotify/*`.
    """
    return f"AwsSolutions-IAM5[Resource::{resource}]"
