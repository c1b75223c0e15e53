"""The base of the four stacks: name, account, region and termination protection."""

import aws_cdk as cdk
from constructs import Construct

from stacks.configuration import Configuration


class PipelineStack(cdk.Stack):
    """One stack of an environment, named `spotify-<environment>-<name>`."""

    def __init__(self, scope: Construct, name: str, *, configuration: Configuration) -> None:
        super().__init__(
            scope,
            f"spotify-{configuration.environment}-{name}",
            env=cdk.Environment(account=configuration.account, region=configuration.region),
            description=f"Spotify pipeline: {name}",
            termination_protection=configuration.deletion_protection,
        )
