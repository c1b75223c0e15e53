"""Values of a saved query's parameters as the literals that Athena expects."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from stacks.sql_file import Parameter

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ParameterError(ValueError):
    """A value is missing, superfluous or of the wrong type; one sentence with an example."""


def literals(parameters: Sequence[Parameter], values: Mapping[str, str]) -> list[str]:
    """The values in the order of the parameters, as SQL: numbers bare, text and days in quotes.

    Days are `varchar` in the tables, so their literals are text too. Raises ParameterError.
    """
    known = [parameter.name for parameter in parameters]
    for name, value in values.items():
        if name not in known:
            accepted = f"one of {', '.join(known)}" if known else "none, since the query has none"
            raise ParameterError(
                f"{name}={value} is no parameter of the query: expected {accepted}"
            )
    return [_literal(parameter, values.get(parameter.name)) for parameter in parameters]


def _literal(parameter: Parameter, value: str | None) -> str:
    if not value:
        raise _refusal(parameter, value or "", "is missing")
    if parameter.type == "integer":
        if not _INTEGER.fullmatch(value):
            raise _refusal(parameter, value, "is no whole number")
        return str(int(value))
    if parameter.type == "date" and not _is_day(value):
        raise _refusal(parameter, value, "is no day")
    quoted = value.replace("'", "''")
    return f"'{quoted}'"


def _is_day(value: str) -> bool:
    try:
        return bool(_DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def _refusal(parameter: Parameter, value: str, fault: str) -> ParameterError:
    example = f"{parameter.name}={parameter.example}"
    return ParameterError(
        f"{parameter.name}={value} {fault}: expected a value such as {example} "
        f"({parameter.description.rstrip('.')})"
    )
