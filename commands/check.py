"""The command behind make check: are the sources readable, and do they fit the quota?"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import msgspec
import typer

from commands.check_tables import show
from commands.credentials import read_credentials as read_file
from commands.deployments import DEPLOYMENT_ERRORS
from commands.entry_point import run_app
from commands.local_options import Secret
from commands.variables import VariableError, known_environment, switch
from local.machine import running
from operations.check.connection import UnstoredLedger, connect
from operations.check.last_run import last_regime
from operations.check.report import States, check
from operations.deployment import Deployment, NotDeployedError, deployed_on_aws
from operations.target import WrongTargetError, is_emulated, with_region
from operations.terminal import SafeConsole, guard_stderr
from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import LostRaceError, RunRefusedError
from spotify_pipeline.extract.settings import Credentials, read_credentials, save_refresh_token
from spotify_pipeline.extract.state.ledger_store import LedgerStore
from spotify_pipeline.extract.state.schedule_state_store import ScheduleStateStore
from spotify_pipeline.extract.state.tombstones import purged_playlists
from stacks.configuration import Configuration, load

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()

_EXPECTED = (*DEPLOYMENT_ERRORS, LostRaceError, RunRefusedError)
_LINT = "make check examines the sources of an environment; make lint checks the code"

Login = tuple[Credentials, Callable[[str], None]]
"""Credentials, and what stores a refresh token that replaces theirs."""


def _checked_environment(value: object) -> str:
    try:
        return known_environment(value)
    except VariableError as error:
        raise VariableError(f"{error}. {_LINT}") from None


@app.command()
def main(
    environment: Annotated[
        str,
        typer.Option(
            "--environment",
            envvar="ENV",
            parser=_checked_environment,
            help="The environment: dev, prod, local, …",
        ),
    ] = "",
    secret: Secret = None,
    every: Annotated[
        bool,
        typer.Option("--all", envvar="ALL", parser=switch("ALL"), help="List all sources."),
    ] = False,
) -> None:
    """Report whether the sources are readable and fit the quota. Exit code 1 if not."""
    deployment, why = _find(environment, secret)
    configuration = deployment.configuration if deployment else load(environment, {})
    if deployment:
        for line in deployment.target():
            console.print(line, soft_wrap=True, markup=False)
    credentials, save = _log_in(deployment, secret)
    ledger = _ledger(deployment)
    spotify = connect(configuration, credentials, save, ledger)
    states = _states(configuration, deployment)
    report = check(configuration, states, spotify, _last_regime(deployment), _purged(deployment))
    show(report, console, every=every, not_recorded=why)
    raise typer.Exit(not report.is_ok)


def _find(environment: str, secret: Path | None) -> tuple[Deployment | None, str | None]:
    """The deployment; or, with SECRET=, the reason why there is none."""
    configuration = load(environment, {})
    if is_emulated(configuration):
        return running(environment).deployment, None
    try:
        configuration = with_region(configuration)
    except WrongTargetError as error:
        return None, _undeployed(error, environment, secret)
    try:
        return deployed_on_aws(configuration), None
    except NotDeployedError as error:
        return None, _undeployed(error, environment, secret)


def _undeployed(error: Exception, environment: str, secret: Path | None) -> str:
    """The reason why there is no deployment. Raises NotDeployedError without SECRET=."""
    if secret:
        return str(error)
    raise NotDeployedError(
        f"{error}. To check before the deployment, give the app's credentials in a file: "
        f"make check ENV={environment} SECRET=secret.json. {_LINT}"
    ) from error


def _log_in(deployment: Deployment | None, secret: Path | None) -> Login:
    """The credentials of SECRET=, or else of the deployment's secret."""
    if secret:
        return msgspec.convert(read_file(secret), Credentials), partial(_save, secret)
    assert deployment
    vault, secret_arn = deployment.client("secretsmanager"), deployment.output("SpotifySecretArn")
    return read_credentials(vault, secret_arn), partial(save_refresh_token, vault, secret_arn)


def _save(path: Path, refresh_token: str) -> None:
    """Replace the refresh token in the file, which nobody else may read."""
    value = read_file(path) | {"refresh_token": refresh_token}
    with NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        json.dump(value, file, indent=2)
    Path(file.name).replace(path)


def _ledger(deployment: Deployment | None) -> LedgerStore:
    if deployment is None:
        return UnstoredLedger()
    return LedgerStore(deployment.client("s3"), deployment.output("BucketName"))


def _last_regime(deployment: Deployment | None) -> str | None:
    if deployment is None:
        return None
    return last_regime(deployment.client("s3"), deployment.output("BucketName"))


def _purged(deployment: Deployment | None) -> frozenset[str]:
    if deployment is None:
        return frozenset()
    return purged_playlists(deployment.client("s3"), deployment.output("BucketName"))


def _states(configuration: Configuration, deployment: Deployment | None) -> States:
    if deployment is None:
        return {}
    s3, bucket = deployment.client("s3"), deployment.output("BucketName")
    now, days = clock.utc_now(), configuration.full_refresh_days
    return {
        name: ScheduleStateStore(s3, bucket, name, now, days).load()
        for name in configuration.schedules
    }


if __name__ == "__main__":
    guard_stderr()
    run_app(app, console, _EXPECTED)
