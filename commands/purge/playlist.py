"""make purge with PLAYLIST=: the dry run, the purge with its verification, and UNDO=1."""

from commands.purge.steps import Steps, announce_wait
from commands.purge.tables import show_survey
from operations.deployment import Deployment
from operations.purge.playlist import PlaylistPurge
from operations.purge.sources import schedules_with
from operations.terminal import SafeConsole


def purge_playlist(
    deployment: Deployment, playlist_id: str, console: SafeConsole, *, confirmed: bool
) -> bool:
    """Count, and purge if `confirmed`. False if the playlist may still be in the bucket."""
    with Steps(deployment, console) as steps:
        purge = PlaylistPurge(deployment, playlist_id, steps.say, steps.follow)
        found = purge.survey()
        old = purge.old_versions(found)
    console.print(f"Found of the playlist {playlist_id}:")
    show_survey(console, found, old)
    _show_notes(deployment, playlist_id, console)
    if not confirmed:
        environment = deployment.configuration.environment
        console.print(
            "Nothing was changed. To remove it: "
            f"make purge ENV={environment} PLAYLIST={playlist_id} CONFIRM=1",
            soft_wrap=True,
        )
        return True
    with Steps(deployment, console) as steps:
        purge = PlaylistPurge(deployment, playlist_id, steps.say, steps.follow)
        left = purge.run()
        old = purge.old_versions(left)
    console.print("Purged. Found afterwards:")
    show_survey(console, left, old)
    return _conclude(console, is_verified=not (left.damaged or left.results))


def undo_purge(deployment: Deployment, playlist_id: str, console: SafeConsole) -> None:
    """Remove the tombstone: a run that finds the playlist among its sources reads it again."""
    with Steps(deployment, console) as steps:
        is_undone = PlaylistPurge(deployment, playlist_id, steps.say, steps.follow).undo()
    if is_undone:
        console.print(f"[green]✓[/] Runs may read the playlist {playlist_id} again")
    else:
        console.print(f"The playlist {playlist_id} is not purged: there is nothing to undo")


def _show_notes(deployment: Deployment, playlist_id: str, console: SafeConsole) -> None:
    environment = deployment.configuration.environment
    if schedules := schedules_with(deployment.configuration, playlist_id):
        console.print(
            f"config/{environment}.toml names it in schedules.{', schedules.'.join(schedules)}: "
            "runs leave a purged playlist out; take it out there too",
            soft_wrap=True,
        )
    announce_wait(deployment, console)


def _conclude(console: SafeConsole, *, is_verified: bool) -> bool:
    if is_verified:
        console.print(
            "[green]✓[/] Verified: nothing of it is left in raw parts, tables, state, old versions "
            "and query results. Runs leave it out until UNDO=1",
            soft_wrap=True,
        )
    else:
        console.print(
            "[red]✗[/] Not verified: damaged raw parts, or query results written meanwhile, may "
            "hold it; remove their cause and run the purge again",
            soft_wrap=True,
        )
    return is_verified
