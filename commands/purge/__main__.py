"""The command line of make purge: counts by default, and removes with CONFIRM=1."""

from typing import Annotated

import typer

from commands.deployments import DEPLOYMENT_ERRORS, Env, announce_deployment
from commands.entry_point import continuable, run_app
from commands.purge.everything import purge_all
from commands.purge.playlist import purge_playlist, undo_purge
from commands.variables import VariableError, switch
from operations.purge.sources import parse_playlist
from operations.purge.versions import PurgeError
from operations.terminal import SafeConsole, guard_stderr
from spotify_pipeline.extract.errors import LostRaceError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()

_EXPECTED = (*DEPLOYMENT_ERRORS, LostRaceError, PurgeError)


def _playlist_id(value: object) -> str:
    try:
        return parse_playlist(str(value))
    except ValueError as error:
        raise VariableError(f"PLAYLIST={error}") from error


@app.command()
def main(
    environment: Env = "",
    playlist: Annotated[
        str | None,
        typer.Option(envvar="PLAYLIST", parser=_playlist_id, help="Its id, URI or link; liked."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", envvar="ALL", parser=switch("ALL"), help="Purge everything.")
    ] = False,
    confirmed: Annotated[
        bool,
        typer.Option("--confirm", envvar="CONFIRM", parser=switch("CONFIRM"), help="Remove it."),
    ] = False,
    undo: Annotated[
        bool,
        typer.Option("--undo", envvar="UNDO", parser=switch("UNDO"), help="Let runs read it."),
    ] = False,
) -> None:
    """Count what the bucket holds of a playlist, or of everything; remove it with CONFIRM=1."""
    if bool(playlist) == every:
        raise VariableError("make purge needs either PLAYLIST=<id, URI or link> or ALL=1")
    if undo and every:
        raise VariableError("UNDO=1 is not possible with ALL=1: expected PLAYLIST=")
    deployment = announce_deployment(environment, console)
    with continuable(console):
        if playlist is None:
            is_done = purge_all(deployment, console, confirmed=confirmed)
        elif undo:
            undo_purge(deployment, playlist, console)
            is_done = True
        else:
            is_done = purge_playlist(deployment, playlist, console, confirmed=confirmed)
    raise typer.Exit(not is_done)


if __name__ == "__main__":
    guard_stderr()
    run_app(app, console, _EXPECTED)
