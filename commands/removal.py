"""Announcement, confirmation and progress of make destroy."""

from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from commands.variables import refusal
from operations.cdk.destroy import NOT_IN_STACKS, Removal
from operations.cdk.stacks import deployed_stacks
from operations.terminal import SafeConsole


def destroy_stacks(
    environment: str, confirmation: str, cloudformation: Any, s3: Any, console: SafeConsole
) -> None:
    """Announce the deletion, have it confirmed by the environment's name, and delete.

    Raises ProtectedError, DeletionError, and VariableError for another name.
    """
    removal = Removal(environment, deployed_stacks(cloudformation, environment))
    if not removal.stacks:
        console.print(f"Nothing is deployed for ENV={environment}")
        return
    _announce(removal, console)
    removal.check()
    answer = confirmation or _ask(environment, console)
    if answer.strip() != environment:
        raise refusal("CONFIRM", answer, "deletes nothing", environment)
    removal.run(cloudformation, s3, lambda line: console.print(line, soft_wrap=True, markup=False))
    console.print(f"[green]✓[/] The stacks of ENV={environment} are deleted")


def _ask(environment: str, console: SafeConsole) -> str:
    try:
        return console.input(f"Type {environment} to delete all this: ")
    except EOFError:
        # There is no terminal.
        console.print()
        return ""


def _announce(removal: Removal, console: SafeConsole) -> None:
    _list(console, "To be deleted", [stack.name for stack in removal.stacks])
    _list(console, "To be emptied and deleted, all object versions", removal.buckets)
    retained = [f"{one.name}  {one.type}" for one in removal.retained]
    _list(console, "Retained, to be deleted by hand", retained)
    _list(console, "Not part of the stacks", NOT_IN_STACKS)


def _list(console: SafeConsole, title: str, names: Sequence[str]) -> None:
    if names:
        console.print(f"{title}:")
    for name in names:
        console.print(f"  {escape(name)}", soft_wrap=True)
