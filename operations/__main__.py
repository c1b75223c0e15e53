"""The commands behind make auth, make replay and make redrive."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from local.deployment import ENVIRONMENT
from local.machine import running
from operations.deployment import Deployment, NotDeployedError, deployed_on_aws
from stacks.configuration import ConfigurationError, load

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False)

Env = Annotated[str, typer.Option(envvar="ENV", help="The environment: dev, prod, local, …")]

_EXPECTED = (ConfigurationError, NotDeployedError, RuntimeError, ValueError)


def _deployment(environment: str) -> Deployment:
    """The environment on AWS, or what make local-up left running."""
    if environment == ENVIRONMENT:
        return running().deployment
    return deployed_on_aws(load(environment, {}))


if __name__ == "__main__":
    try:
        app()
    except _EXPECTED as error:
        console.print(f"[red]✗[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
