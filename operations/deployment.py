"""An environment as deployed: the stacks' outputs, and clients that reach it."""

from dataclasses import dataclass, field
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stacks.configuration import Configuration

_STACKS = ("storage", "ingestion", "catalog", "analytics")
# An invocation of the extract function takes up to its time limit, and is not made twice.
_PATIENT = Config(read_timeout=900, retries={"total_max_attempts": 1})
# Everything else may be asked again: whatever is done twice is done once.
_INSISTENT = Config(retries={"mode": "standard", "total_max_attempts": 5})


class NotDeployedError(Exception):
    """The stacks of an environment cannot be looked up; says what to do."""


@dataclass(frozen=True)
class Deployment:
    """Outputs of all four stacks by name. `access` is how clients reach them, as boto3 calls it.

    `settling_seconds` is how long SQS's approximate counts may lag behind: on AWS a minute
    after the last change (Amazon SQS Developer Guide, "Resources required to process messages").
    """

    outputs: dict[str, str]
    configuration: Configuration
    access: dict[str, str] = field(default_factory=dict)
    settling_seconds: float = 60.0

    def output(self, name: str) -> str:
        return self.outputs[name]

    def client(self, service: str) -> Any:
        config = _PATIENT if service == "lambda" else _INSISTENT
        return cast(Any, boto3).client(service, config=config, **self.access)


def deployed_on_aws(configuration: Configuration) -> Deployment:
    """What the caller's own AWS credentials find. Raises NotDeployedError."""
    access = {"region_name": configuration.region} if configuration.region else {}
    outputs: dict[str, str] = {}
    for stack in _STACKS:
        name = f"spotify-{configuration.environment}-{stack}"
        try:
            client = cast(Any, boto3).client("cloudformation", **access)
            [found] = client.describe_stacks(StackName=name)["Stacks"]
        except (BotoCoreError, ClientError) as error:
            raise NotDeployedError(
                f"The stack {name} cannot be read: {str(error).rstrip('.')}. Check the AWS "
                "credentials and region, or deploy it with: "
                f"cdk deploy --all -c env={configuration.environment}"
            ) from error
        outputs |= {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
    return Deployment(outputs, configuration, access)
