"""The command line of make import."""

from pathlib import Path
from typing import Annotated

import typer

from commands.deployments import DEPLOYMENT_ERRORS, Env, announce_deployment
from commands.entry_point import continuable, run_app
from commands.imports.show import import_plays
from commands.variables import VariableError, refusal
from operations.imports.errors import ExportError
from operations.imports.export import find_files
from operations.terminal import SafeConsole, guard_stderr

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()

_EXPECTED = (*DEPLOYMENT_ERRORS, ExportError)


_ACCEPTED = "the zip archive that Spotify sent, or the folder with its files"


def _export(value: object) -> Path:
    path = Path(str(value)).expanduser()
    if not path.exists():
        raise refusal("FILE", value, "does not exist", _ACCEPTED)
    return path


@app.command()
def main(
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", envvar="FILE", parser=_export, help="The zip archive or its folder."
        ),
    ] = None,
    environment: Env = "",
) -> None:
    """Import the plays of a data export. Exit code 1 if not everything could be read."""
    if file is None:
        raise VariableError(f"make import needs FILE=, {_ACCEPTED}")
    export = find_files(file)
    deployment = announce_deployment(environment, console)
    with continuable(console):
        is_done = import_plays(deployment, export, console)
    raise typer.Exit(not is_done)


if __name__ == "__main__":
    guard_stderr()
    run_app(app, console, _EXPECTED)
