"""The option ENV of the commands that operate an environment, and the deployment behind it."""

from typing import Annotated

import typer

from commands.variables import known_environment
from local.machine import running
from operations.deployment import Deployment, deployed_on_aws
from operations.target import is_emulated
from operations.terminal import SafeConsole
from stacks.configuration import load

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
    deployment = find_deployment(environment)
    for line in deployment.target():
        console.print(line, soft_wrap=True, markup=False)
    return deployment
