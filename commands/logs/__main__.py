"""The command line of make logs."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from commands.deployments import DEPLOYMENT_ERRORS, Env, announce_deployment
from commands.entry_point import run_app
from commands.logs.span import duration
from commands.variables import choice
from operations.logs.events import log_group, read_log
from operations.terminal import SafeConsole, guard_stderr

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()


class Function(StrEnum):
    EXTRACT = "extract"
    TRANSFORM = "transform"


@app.command()
def main(
    environment: Env = "",
    function: Annotated[
        Function,
        typer.Option(
            envvar="FUNCTION", parser=choice("FUNCTION", Function), help="extract or transform."
        ),
    ] = Function.EXTRACT,
    since: Annotated[
        timedelta,
        typer.Option(envvar="SINCE", parser=duration("SINCE"), help="30m, 6h, 2d, …"),
    ] = timedelta(days=1),
    pattern: Annotated[
        str, typer.Option("--filter", envvar="FILTER", help="A pattern of CloudWatch Logs.")
    ] = "",
) -> None:
    """Print the log of a function, the oldest line first."""
    deployment = announce_deployment(environment, console)
    name = deployment.output(f"{function.capitalize()}FunctionName")
    group = log_group(deployment.client("lambda"), name)
    console.print(f"Log {group}", soft_wrap=True, markup=False)
    found = 0
    for line in read_log(deployment.client("logs"), group, datetime.now(UTC) - since, pattern):
        found += 1
        console.print(f"{line.at:%Y-%m-%d %H:%M:%S} {line.text}", soft_wrap=True, markup=False)
    if not found:
        console.print("No line matches")


if __name__ == "__main__":
    guard_stderr()
    run_app(app, console, DEPLOYMENT_ERRORS)
