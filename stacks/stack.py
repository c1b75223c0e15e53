"""What the four stacks have in common: their names, where they go, and their protection."""

import aws_cdk as cdk
from constructs import Construct

from stacks.configuration import Configuration


class PipelineStack(cdk.Stack):
    """A stack of an environment, named `spotify-<environment>-<name>`."""

    def __init__(self, scope: Construct, name: str, *, configuration: Configuration) -> None:
        super().__init__(
            scope,
            f"spotify-{configuration.environment}-{name}",
            env=cdk.Environment(account=configuration.account, region=configuration.region),
            description=f"Spotify pipeline: {name}",
            termination_protection=configuration.deletion_protection,
        )
