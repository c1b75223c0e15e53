"""Text files that a person edits, on any system: a byte order mark and CRLF are no content."""

from pathlib import Path


class TextFileError(ValueError):
    """A file cannot be read as what it is; names it and the remedy."""


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
