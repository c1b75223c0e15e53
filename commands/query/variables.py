"""The make variables of make query."""

import re
from collections.abc import Mapping
from enum import StrEnum

from commands.variables import VariableError, refusal
from operations.athena.parameters import ParameterError, literals
from operations.athena.saved import SavedQuery

_EXAMPLE = '"day=2026-03-02,playlist_id=…"'


class Format(StrEnum):
    """How a result is printed: for people, or for programs."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def parameter_values(value: object) -> dict[str, str]:
    """Read `name=value,name=value`; a value may contain a comma that no further name follows."""
    found: dict[str, str] = {}
    text = str(value).strip()
    for pair in re.split(r",\s*(?=\w+=)", text) if text else []:
        name, separator, given = pair.partition("=")
        if not separator or not re.fullmatch(r"\w+", name.strip()):
            raise refusal("PARAMETERS", value, "is not accepted", f"pairs such as {_EXAMPLE}")
        if name.strip() in found:
            raise refusal("PARAMETERS", value, f"has {name.strip()} twice", "each name once")
        found[name.strip()] = given.strip()
    return found


def chosen(name: str, saved: Mapping[str, SavedQuery]) -> SavedQuery:
    """The saved query of this name."""
    if name not in saved:
        known = f"one of {', '.join(saved)}" if saved else "none, since none is deployed"
        raise refusal("QUERY", name, "is no saved query", known)
    return saved[name]


def literal_values(query: SavedQuery, values: Mapping[str, str]) -> list[str]:
    try:
        return literals(query.parameters, values)
    except ParameterError as error:
        raise VariableError(f"PARAMETERS: {error}") from error
