"""The base of the four stacks: what every resource of an environment has in common."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.configuration import Configuration
from stacks.constructs.encryption import EncryptWith


class PipelineStack(cdk.Stack):
    """One stack of an environment, named `spotify-<environment>-<name>`.

    Sets account, region, termination protection, tags, and the permissions boundary of all roles.
    `key` encrypts all queues, topics, secrets and log groups of the stack.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        configuration: Configuration,
        key: kms.IKey | None = None,
    ) -> None:
        tags = {
            "application": "spotify-pipeline",
            "environment": configuration.environment,
            **configuration.tags,
        }
        super().__init__(
            scope,
            f"spotify-{configuration.environment}-{name}",
            env=cdk.Environment(account=configuration.account, region=configuration.region),
            description=f"Spotify pipeline: {name}",
            termination_protection=configuration.deletion_protection,
            permissions_boundary=_boundary(configuration.security.permissions_boundary),
            tags=tags,
        )
        for tag, value in tags.items():
            cdk.Tags.of(self).add(tag, value)
        if key:
            cdk.Aspects.of(self).add(EncryptWith(key))


def _boundary(policy: str | None) -> cdk.PermissionsBoundary | None:
    if policy is None:
        return None
    if policy.startswith("arn:"):
        return cdk.PermissionsBoundary.from_arn(policy)
    return cdk.PermissionsBoundary.from_name(policy)
