"""The commands behind the make targets that take ENV=."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from commands.credentials import CONTENT, ask_credentials, read_credentials
from commands.deployments import DEPLOYMENT_ERRORS, Env, announce_deployment, cdk_of, reach
from commands.entry_point import run_app
from commands.failed_runs import redrive_failed_runs
from commands.following import extract_now
from commands.progress import redrive_all, replay_days
from commands.removal import destroy_stacks
from commands.variables import VariableError, file, known_schedule, switch, whole_number
from local.deployment import delete_queries
from operations.auth import authorise
from operations.cdk.command_line import CdkError
from operations.cdk.destroy import ProtectedError
from operations.cdk.stacks import DeletionError
from operations.consent import ConsentError
from operations.days import parse_range
from operations.deployment import Deployment
from operations.redrive import RedriveError
from operations.replay import ReplayError
from operations.runs.follow import RunLostError
from operations.secret import SecretRefusedError, store_credentials
from operations.target import is_emulated
from operations.terminal import SafeConsole, guard_stderr
from spotify_pipeline.extract.errors import RunRefusedError
from stacks.configuration import load

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()

_EXPECTED = (
    *DEPLOYMENT_ERRORS,
    CdkError,
    ConsentError,
    DeletionError,
    ProtectedError,
    RedriveError,
    ReplayError,
    RunLostError,
    RunRefusedError,
    SecretRefusedError,
    ValueError,
)


@app.callback()
def operations() -> None:
    """Deploy and operate an environment."""


@app.command()
def bootstrap(environment: Env = "") -> None:
    """Prepare the environment's account and region for deployments, once."""
    cdk_of(environment, console).bootstrap()


@app.command()
def diff(environment: Env = "") -> None:
    """Compare the deployed stacks with the code and the configuration."""
    cdk_of(environment, console).diff()


@app.command()
def deploy(environment: Env = "") -> None:
    """Deploy the stacks; the CDK asks before it broadens permissions."""
    cdk_of(environment, console).deploy()


@app.command()
def destroy(
    environment: Env = "",
    confirm: Annotated[str, typer.Option(envvar="CONFIRM", help="The environment's name.")] = "",
) -> None:
    """Delete the stacks with their data, after a list of what stays and a confirmation."""
    deployment = reach(environment, console)
    destroy_stacks(
        environment,
        confirm,
        deployment.client("cloudformation"),
        deployment.client("s3"),
        console,
    )
    if is_emulated(deployment.configuration):
        delete_queries(deployment)


@app.command()
def secret(
    environment: Env = "",
    path: Annotated[
        Path | None,
        typer.Option("--file", envvar="FILE", parser=file("FILE", CONTENT), help=CONTENT),
    ] = None,
) -> None:
    """Store the Spotify app's credentials in the secret, once Spotify accepts them."""
    given = read_credentials(path, "FILE") if path else None
    deployment = _deployment(environment)
    store_credentials(deployment, given or ask_credentials(), _say)


@app.command()
def extract(
    environment: Env = "",
    schedule: Annotated[
        str, typer.Option(envvar="SCHEDULE", help="The schedule; needed if there are several.")
    ] = "",
) -> None:
    """Run a schedule now, and follow the run until it ends."""
    name = known_schedule(schedule, load(environment, {}))
    raise typer.Exit(not extract_now(_deployment(environment), name, console))


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

    def open_page(url: str) -> bool:
        return not no_browser and webbrowser.open(url)

    authorise(_deployment(environment), _say, open_page, port, timeout)


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
    """Return the deployment on AWS or on the running emulator, and print its target."""
    return announce_deployment(environment, console)


def _say(line: str) -> None:
    console.print(line, soft_wrap=True, markup=False)


def main() -> None:
    run_app(app, console, _EXPECTED)


if __name__ == "__main__":
    guard_stderr()
    main()
