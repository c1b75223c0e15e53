"""The option ENV of the commands that operate an environment, and the deployment behind it."""

from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from commands.variables import known_environment
from local.deployment import connect
from local.machine import running, running_servers
from operations.cdk.command_line import Cdk, cdk_on_aws
from operations.deployment import Deployment, NotDeployedError, deployed_on_aws, reach_aws
from operations.target import WrongTargetError, is_emulated
from operations.terminal import SafeConsole
from stacks.configuration import ConfigurationError, load

DEPLOYMENT_ERRORS = (
    BotoCoreError,
    ClientError,
    ConfigurationError,
    NotDeployedError,
    RuntimeError,
    WrongTargetError,
)
"""Expected errors of every command that reaches a deployment."""

Env = Annotated[
    str,
    typer.Option(
        "--environment",
        envvar="ENV",
        parser=known_environment,
        help="The environment: dev, prod, local, …",
    ),
]


def find_deployment(environment: str) -> Deployment:
    """Return the deployment on AWS or on the running emulator."""
    configuration = load(environment, {})
    if is_emulated(configuration):
        return running(environment).deployment
    return deployed_on_aws(configuration)


def announce_deployment(environment: str, console: SafeConsole) -> Deployment:
    """Return the deployment, and print its target."""
    return _announced(find_deployment(environment), console)


def reach(environment: str, console: SafeConsole) -> Deployment:
    """Return a deployment without outputs, since there may be no stacks, and print its target."""
    configuration = load(environment, {})
    if is_emulated(configuration):
        servers = running_servers()
        emulated = connect({}, servers.configuration(environment), servers.emulator)
        return _announced(emulated, console)
    return _announced(reach_aws(configuration), console)


def cdk_of(environment: str, console: SafeConsole) -> Cdk:
    """Return the CDK command line for AWS or the running emulator, and print its target."""
    configuration = reach(environment, console).configuration
    if is_emulated(configuration):
        return running_servers().cdk(environment)
    return cdk_on_aws(configuration)


def _announced(deployment: Deployment, console: SafeConsole) -> Deployment:
    for line in deployment.target():
        console.print(line, soft_wrap=True, markup=False)
    return deployment
