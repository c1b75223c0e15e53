"""The command lines of make adopt and make restore."""

from typing import Annotated

import typer

from commands.deployments import DEPLOYMENT_ERRORS, Env, announce_deployment, cdk_of, reach
from commands.entry_point import run_app
from commands.recovery.restoring import restore_bucket
from commands.variables import VariableError
from operations.cdk.command_line import CdkError
from operations.recovery.retained_bucket import BucketError, import_bucket
from operations.terminal import SafeConsole, guard_stderr

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()

_EXPECTED = (*DEPLOYMENT_ERRORS, BucketError, CdkError)

_NAME = "the bucket's name, as make destroy printed it"


def _bucket(value: object) -> str:
    name = str(value).strip().removeprefix("s3://").rstrip("/")
    if not name:
        raise VariableError(f"BUCKET is required: expected {_NAME}")
    return name


Bucket = Annotated[str, typer.Option(envvar="BUCKET", parser=_bucket, help=_NAME)]


@app.command()
def adopt(environment: Env = "", bucket: Bucket = "") -> None:
    """Create the storage stack with a bucket that make destroy retained."""
    deployment = reach(environment, console)
    cloudformation, s3 = deployment.client("cloudformation"), deployment.client("s3")
    import_bucket(cdk_of(environment, console), cloudformation, s3, bucket)
    console.print(f"[green]✓[/] {bucket} belongs to spotify-{environment}-storage again")
    console.print(f"  Next: make deploy ENV={environment}, which adds the rest")


@app.command()
def restore(environment: Env = "", bucket: Bucket = "") -> None:
    """Copy state and raw data of another bucket, and rebuild the tables from them."""
    deployment = announce_deployment(environment, console)
    raise typer.Exit(not restore_bucket(deployment, bucket, console))


if __name__ == "__main__":
    guard_stderr()
    run_app(app, console, _EXPECTED)
