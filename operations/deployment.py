"""An environment as deployed: the stacks' outputs, and clients that reach it."""

import threading
from dataclasses import dataclass, field
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from operations.target import (
    Access,
    Target,
    confirm,
    endpoint_override,
    refuse_loopback,
    with_caller,
    with_region,
)
from stacks.configuration import Configuration

# The services that operations use.
_SERVICES = (
    "athena",
    "cloudformation",
    "cloudwatch",
    "glue",
    "lambda",
    "logs",
    "s3",
    "secretsmanager",
    "sqs",
    "sts",
)
_STACKS = ("storage", "ingestion", "catalog", "analytics")
# An invocation of the extract function can last up to its timeout, and is never retried.
_INVOCATION = Config(read_timeout=900, retries={"total_max_attempts": 1})
# All other calls are idempotent and safe to retry.
_RETRIED = Config(retries={"mode": "standard", "total_max_attempts": 5})

# Threads may share clients, but not the session that creates them.
_CREATION = threading.Lock()


class NotDeployedError(Exception):
    """The stacks of an environment cannot be read; the message names the remedy."""


@dataclass(frozen=True)
class Deployment:
    """Outputs of all four stacks by name. `access` holds the arguments of boto3 clients.

    `settling_seconds` is how long SQS's approximate counts may lag behind: on AWS a minute
    after the last change (Amazon SQS Developer Guide, "Resources required to process messages").
    """

    outputs: dict[str, str]
    configuration: Configuration
    access: Access = field(default_factory=dict)
    settling_seconds: float = 60.0

    def output(self, name: str) -> str:
        """Raises NotDeployedError for an output that stacks of an earlier version lack."""
        if name not in self.outputs:
            raise NotDeployedError(
                f"The deployed stacks have no output {name}. Deploy this version of them with: "
                f"cdk deploy --all -c env={self.configuration.environment}"
            )
        return self.outputs[name]

    def client(self, service: str) -> Any:
        config = _INVOCATION if service == "lambda" else _RETRIED
        with _CREATION:
            self.endpoint(service)
            return cast(Any, boto3).client(service, config=config, **self.access)

    def endpoint(self, service: str) -> str | None:
        """The endpoint in use instead of AWS's own.

        Raises WrongTargetError if the shell's environment or an AWS profile sets one on this
        machine; only `access` may lead to the emulator.
        """
        if "endpoint_url" in self.access:
            return self.access["endpoint_url"]
        override = endpoint_override(service, self.access)
        refuse_loopback(service, override, self.configuration.environment)
        return override

    def target(self) -> list[str]:
        """Describe the environment and endpoints that a command is about to use, as lines."""
        where = Target(str(self.configuration.account), str(self.configuration.region))
        services: dict[str, list[str]] = {}
        for service in _SERVICES:
            if endpoint := self.endpoint(service):
                services.setdefault(endpoint, []).append(service)
        return [
            f"Environment {self.configuration.environment}: {where}",
            *(f"Endpoint {url}: {', '.join(names)}" for url, names in services.items()),
        ]


def deployed_on_aws(configuration: Configuration) -> Deployment:
    """Look the stacks up with the caller's own AWS credentials.

    The configuration of the deployment has the stacks' account and region. Raises NotDeployedError,
    and WrongTargetError if the stacks are in another or in several accounts or regions.
    """
    configuration = with_region(configuration)
    access = {"region_name": str(configuration.region)}
    outputs: dict[str, str] = {}
    for name in stack_names(configuration.environment):
        found = describe(name, Deployment({}, configuration, access))
        configuration = confirm(name, Target.from_stack_id(found["StackId"]), configuration)
        outputs |= outputs_of(found)
    return Deployment(outputs, configuration, access)


def reach_aws(configuration: Configuration) -> Deployment:
    """A deployment without outputs, with the account and region of the caller's credentials.

    Raises WrongTargetError if there are none, or those of another account.
    """
    configuration = with_region(configuration)
    access = {"region_name": str(configuration.region)}
    sts = Deployment({}, configuration, access).client("sts")
    return Deployment({}, with_caller(configuration, sts), access)


def stack_names(environment: str) -> list[str]:
    """The names of an environment's stacks, each after those that it uses."""
    return [f"spotify-{environment}-{stack}" for stack in _STACKS]


def outputs_of(stack: dict[str, Any]) -> dict[str, str]:
    """The outputs of a stack as CloudFormation describes it."""
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}


def describe(name: str, deployment: Deployment) -> dict[str, Any]:
    """Describe one of the deployment's stacks. Raises NotDeployedError."""
    try:
        [found] = deployment.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except (BotoCoreError, ClientError) as error:
        raise NotDeployedError(
            f"The stack {name} cannot be read: {str(error).rstrip('.')}. Check the AWS "
            "credentials and region, or deploy it with: "
            f"make deploy ENV={deployment.configuration.environment}"
        ) from error
    return cast(dict[str, Any], found)
