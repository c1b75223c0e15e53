"""The command behind make status: is everything well?"""

from typing import Annotated

import msgspec
import typer

from commands.deployments import DEPLOYMENT_ERRORS, Env, find_deployment
from commands.entry_point import run_app
from commands.status.text import show
from commands.variables import switch
from operations.status.model import Snapshot, Unreadable
from operations.status.snapshot import take_snapshot
from operations.status.verdict import judge
from operations.terminal import SafeConsole, guard_stderr
from spotify_pipeline.extract import clock

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()


@app.command()
def main(
    environment: Env = "",
    as_json: Annotated[
        bool,
        typer.Option("--json", envvar="JSON", parser=switch("JSON"), help="Print JSON."),
    ] = False,
) -> None:
    """Report whether the environment is well. Exit code 0 only if it is."""
    snapshot, target = _take(environment, as_json=as_json)
    verdict = judge(snapshot)
    if as_json:
        document = {
            "is_well": verdict.is_well,
            "verdict": verdict.sentence,
            "faults": verdict.faults,
            **msgspec.to_builtins(snapshot),
        }
        text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
        console.print(text, soft_wrap=True, markup=False)
    else:
        show(snapshot, verdict, target, console)
    raise typer.Exit(not verdict.is_well)


def _take(environment: str, *, as_json: bool) -> tuple[Snapshot, list[str]]:
    """The snapshot, and lines that describe its target, for text only.

    As JSON, an environment that cannot be reached is a snapshot without any part.
    """
    try:
        deployment = find_deployment(environment)
        target = [] if as_json else deployment.target()
        return take_snapshot(deployment, clock.utc_now()), target
    except DEPLOYMENT_ERRORS as error:
        if not as_json:
            raise
        missing = Unreadable("deployment", str(error))
        now = clock.utc_now()
        return Snapshot(environment=environment, taken_at=now, unreadable=[missing]), []


if __name__ == "__main__":
    guard_stderr()
    run_app(app, console, DEPLOYMENT_ERRORS)
