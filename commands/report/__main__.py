"""The command line of make report."""

from pathlib import Path
from typing import Annotated

import typer

from commands.deployments import DEPLOYMENT_ERRORS, Env, announce_deployment
from commands.display import step
from commands.entry_point import run_app
from commands.report.writing import write_report
from commands.variables import new_file
from local.machine import FOLDER
from operations.terminal import SafeConsole, guard_stderr

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()


@app.command()
def main(
    environment: Env = "",
    out: Annotated[
        Path | None,
        typer.Option(envvar="OUT", parser=new_file("OUT"), help="The file to write."),
    ] = None,
) -> None:
    """Write a page with the results of the saved queries. Exit code 1 if a query failed."""
    deployment = announce_deployment(environment, console)
    if out is None:
        FOLDER.mkdir(mode=0o700, exist_ok=True)
        out = FOLDER / f"report-{environment}.html"
    with step("Running the saved queries"):
        failed = write_report(deployment, out)
    console.print(f"Report: {out}", soft_wrap=True, markup=False)
    if failed:
        console.print(f"[red]✗[/] Without a result: {', '.join(failed)}", soft_wrap=True)
    raise typer.Exit(bool(failed))


if __name__ == "__main__":
    guard_stderr()
    run_app(app, console, DEPLOYMENT_ERRORS)
