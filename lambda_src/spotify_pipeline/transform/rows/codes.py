"""Codes of tracks and albums (ISRC, UPC) in one spelling."""

import unicodedata

_SEPARATORS = {"Pd", "Zs", "Zl", "Zp", "Cc", "Cf"}
"""Unicode categories: dashes, spaces, line breaks, control and invisible characters."""

_MINUS = "\N{MINUS SIGN}"


def normalize_code(code: str | None) -> str | None:
    """A code in upper case without hyphens and spaces; None if nothing else is in it.

    Spotify sends some codes in lower case, and since July 2026 some with hyphens.
    """
    if not code:
        return None
    if not code.isalnum():
        code = "".join(character for character in code if not _separates(character))
    return code.upper() or None


def _separates(character: str) -> bool:
    return character == _MINUS or unicodedata.category(character) in _SEPARATORS
