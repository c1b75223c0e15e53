"""Reads text files from any editor, without byte order marks and with `\\n` at line ends."""

from pathlib import Path


class TextFileError(ValueError):
    """A text file is invalid; the message names the file and the remedy."""


def read_text(path: Path, name: str) -> str:
    """The file's text with `\\n` at line ends. Errors call it by `name`.

    Raises TextFileError.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextFileError(
            f"{name} is not UTF-8 (byte {error.start}): save the file in that encoding"
        ) from error
