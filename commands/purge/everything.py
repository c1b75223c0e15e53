"""make purge with ALL=1: the dry run, and the purge with its verification."""

from commands.purge.steps import Steps, announce_wait
from commands.purge.tables import show_counts
from operations.deployment import Deployment
from operations.purge.everything import count_everything, purge_everything
from operations.terminal import SafeConsole

_KEPT = "The call ledger in state/calls/ stays: it holds no personal data and protects the quota. \
Tombstones in state/purged/ stay: purged playlists stay purged"


def purge_all(deployment: Deployment, console: SafeConsole, *, confirmed: bool) -> bool:
    """Count, and purge if `confirmed`. False if anything is left."""
    environment = deployment.configuration.environment
    console.print("Found:")
    _show(deployment, console)
    console.print(_KEPT, soft_wrap=True)
    console.print(
        f"The schedules of {environment} go on: the next run reads all sources again",
        soft_wrap=True,
    )
    announce_wait(deployment, console)
    if not confirmed:
        console.print(
            f"Nothing was changed. To remove it: make purge ENV={environment} ALL=1 CONFIRM=1"
        )
        return True
    with Steps(deployment, console) as steps:
        purge_everything(deployment, steps.say, steps.follow)
    console.print("Purged. Found afterwards:")
    if _show(deployment, console):
        console.print("[red]✗[/] Something wrote to the bucket meanwhile: run the purge again")
        return False
    console.print("[green]✓[/] Verified: nothing but the ledger and the tombstones is left")
    return True


def _show(deployment: Deployment, console: SafeConsole) -> int:
    """Show the counts by prefix; return their sum."""
    found = count_everything(deployment.client("s3"), deployment.output("BucketName"))
    objects = {prefix: counts["objects"] for prefix, counts in found.items()}
    old = {prefix: counts["old versions"] for prefix, counts in found.items()}
    show_counts(console, objects, old, {})
    return sum(objects.values()) + sum(old.values())
