"""Runs a command line: an expected error ends it with one line and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from commands.variables import EXIT_CODE, VariableError
from operations.terminal import SafeConsole

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def run_app(app: typer.Typer, console: SafeConsole, expected: tuple[type[Exception], ...]) -> None:
    """Exit code 2 for a refused variable, 1 for an `expected` error; any other is raised."""
    try:
        app()
    except VariableError as error:
        console.print_error(error)
        sys.exit(EXIT_CODE)
    except expected as error:
        console.print_error(error)
        sys.exit(1)


@contextmanager
def continuable(console: SafeConsole) -> Iterator[None]:
    """Ctrl-C ends the command, which the same command continues later."""
    try:
        yield
    except KeyboardInterrupt:
        console.print("Interrupted. Run the same command again: it goes on where it was")
        raise typer.Exit(INTERRUPTED) from None
