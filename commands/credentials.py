"""Credentials of the Spotify app, from a file or a person."""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from commands.variables import VariableError, refusal
from stacks.text_files import TextFileError, read_text

CONTENT = 'JSON with "client_id", "client_secret" and, for a user, "refresh_token"'

_Given = Annotated[str, msgspec.Meta(min_length=1)]


class _Credentials(msgspec.Struct):
    client_id: _Given
    client_secret: _Given
    refresh_token: str = ""


def read_credentials(path: Path, variable: str = "SECRET") -> dict[str, Any]:
    """The secret's value, additional fields included. Raises VariableError without any value.

    `variable` names the file.
    """
    try:
        text = read_text(path, f"{variable}={path}")
        msgspec.json.decode(text, type=_Credentials)
    except TextFileError as error:
        raise VariableError(str(error)) from None
    except msgspec.DecodeError as error:
        raise refusal(variable, path, f"cannot be used ({error})", CONTENT) from None
    value: dict[str, Any] = msgspec.json.decode(text)
    return value


def ask_credentials() -> dict[str, str]:
    """Ask on the terminal, without echo. Raises VariableError if there is no terminal."""
    if not sys.stdin.isatty():
        raise VariableError(f"There is no terminal to ask on: give FILE=, the path of {CONTENT}")
    return {
        "client_id": _ask("Client ID (not shown): "),
        "client_secret": _ask("Client secret (not shown): "),
    }


def _ask(question: str) -> str:
    while not (text := getpass(question).strip()):
        pass
    return text
