"""The commands behind make auth, make replay and make redrive."""

import webbrowser
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from commands.entry_point import run_app
from commands.failed_runs import redrive_failed_runs
from commands.progress import redrive_all, replay_days
from commands.variables import VariableError, known_environment, switch, whole_number
from local.deployment import ENVIRONMENT
from local.machine import running
from operations.auth import authorise
from operations.consent import ConsentError
from operations.days import parse_range
from operations.deployment import Deployment, NotDeployedError, deployed_on_aws
from operations.redrive import RedriveError
from operations.replay import ReplayError
from operations.target import WrongTargetError
from operations.terminal import SafeConsole, guard_stderr
from spotify_pipeline.extract.errors import RunRefusedError
from stacks.configuration import ConfigurationError, load

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()

Env = Annotated[
    str,
    typer.Option(
        "--environment",
        envvar="ENV",
        parser=known_environment,
        help="The environment: dev, prod, local, …",
    ),
]

_EXPECTED = (
    BotoCoreError,
    ClientError,
    ConfigurationError,
    ConsentError,
    NotDeployedError,
    RedriveError,
    ReplayError,
    RunRefusedError,
    RuntimeError,
    ValueError,
    WrongTargetError,
)


@app.callback()
def operations() -> None:
    """Operate a deployed environment."""


@app.command()
def auth(
    environment: Env = "",
    port: Annotated[
        int,
        typer.Option(
            envvar="AUTH_PORT",
            parser=whole_number("AUTH_PORT", 1, 65_535),
            help="Port of the redirect URI.",
        ),
    ] = 8888,
    no_browser: Annotated[
        bool,
        typer.Option(
            "--no-browser",
            envvar="NO_BROWSER",
            parser=switch("NO_BROWSER"),
            help="Print the page's URL; open no browser.",
        ),
    ] = False,
    timeout: Annotated[
        int,
        typer.Option(parser=whole_number("--timeout", 1), help="Seconds to wait for the user."),
    ] = 300,
) -> None:
    """Authorise the app for a Spotify user, and store the refresh token in the secret."""

    def say(line: str) -> None:
        console.print(line, soft_wrap=True, markup=False)

    def open_page(url: str) -> bool:
        return not no_browser and webbrowser.open(url)

    authorise(_deployment(environment), say, open_page, port, timeout)


@app.command()
def replay(
    environment: Env = "",
    first: Annotated[str | None, typer.Option(envvar="FROM", help="YYYY-MM-DD.")] = None,
    last: Annotated[str | None, typer.Option(envvar="TO", help="YYYY-MM-DD, inclusive.")] = None,
) -> None:
    """Transform the raw parts of a range of days again."""
    try:
        days = parse_range(first, last)
    except ValueError as error:
        raise VariableError(str(error)) from error
    raise typer.Exit(not replay_days(_deployment(environment), *days, console))


@app.command()
def redrive(environment: Env = "") -> None:
    """Start failed runs again, and move all dead letters back to the queue."""
    deployment = _deployment(environment)
    results = [redrive_failed_runs(deployment, console), redrive_all(deployment, console)]
    raise typer.Exit(not all(results))


def _deployment(environment: str) -> Deployment:
    """Return the deployment on AWS or the running local one, and print its target."""
    if environment == ENVIRONMENT:
        deployment = running().deployment
    else:
        deployment = deployed_on_aws(load(environment, {}))
    for line in deployment.target():
        console.print(line, soft_wrap=True, markup=False)
    return deployment


def main() -> None:
    run_app(app, console, _EXPECTED)


if __name__ == "__main__":
    guard_stderr()
    main()
