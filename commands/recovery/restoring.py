"""Progress and results of make restore."""

from rich.progress import track

from commands.progress import counted, dead_letters_of, show_transforming
from operations.deployment import Deployment
from operations.recovery.copying import copy_objects, missing_keys
from operations.terminal import SafeConsole
from spotify_pipeline.keys import RAW_PREFIX


def restore_bucket(deployment: Deployment, source: str, console: SafeConsole) -> bool:
    """Copy what is missing, and follow the transform. False if there are dead letters at the end.

    It can be interrupted, and run again.
    """
    keys = missing_keys(deployment, source)
    raw = sum(key.startswith(RAW_PREFIX) for key in keys)
    copied = copy_objects(deployment.client("s3"), source, deployment.output("BucketName"), keys)
    for _ in track(copied, "Copying", total=len(keys), console=console):
        pass
    console.print(f"Copied {counted(raw, 'object')} of raw data, {len(keys) - raw:,} of the state")
    show_transforming(deployment, raw, console)
    letters = dead_letters_of(deployment)
    if not letters:
        console.print("[green]✓[/] The tables hold the raw data, none in the dead-letter queue")
        return True
    environment = deployment.configuration.environment
    console.print(
        f"[red]✗[/] {len(letters):,} in the dead-letter queue; after the repair: "
        f"make redrive ENV={environment}"
    )
    return False
