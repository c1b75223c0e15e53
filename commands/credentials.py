"""The file of SECRET=: credentials for the local deployment's secret."""

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


def read_credentials(path: Path) -> dict[str, Any]:
    """The secret's value, additional fields included. Raises VariableError without any value."""
    try:
        text = read_text(path, f"SECRET={path}")
        msgspec.json.decode(text, type=_Credentials)
    except TextFileError as error:
        raise VariableError(str(error)) from None
    except msgspec.DecodeError as error:
        raise refusal("SECRET", path, f"cannot be used ({error})", CONTENT) from None
    value: dict[str, Any] = msgspec.json.decode(text)
    return value
