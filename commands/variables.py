"""The make variables that a person sets: each value is parsed, or refused in one sentence."""

import os
import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from operations.days import parse_day
from operations.terminal import one_line
from stacks.configuration import Configuration, environments
from stacks.sections import is_secure

EXIT_CODE = 2
"""Of a command whose variables are refused."""

_SWITCH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}

Choice = TypeVar("Choice", bound=StrEnum)


class VariableError(Exception):
    """A value is refused: one line that names the variable, the value and the accepted forms."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def refusal(name: str, value: object, fault: str, accepted: str) -> VariableError:
    return VariableError(f"{name}={value} {fault}: expected {accepted}")


# The parsers below receive defaults too, hence `object`. They are called by Typer, which shows any
# ValueError in its own words.


def whole_number(name: str, low: int, high: int | None = None) -> Callable[[object], int]:
    accepted = f"a whole number from {low}" + (f" to {high}" if high else "")

    def parse(value: object) -> int:
        text = str(value).strip()
        number = int(text) if re.fullmatch("[0-9]{1,9}", text) else -1
        if number < low or (high and number > high):
            raise refusal(name, value, "is not accepted", accepted)
        return number

    return parse


def choice(name: str, kind: type[Choice]) -> Callable[[object], Choice]:
    """One of an enumeration's values, in any case."""
    members = {str(member).lower(): member for member in kind}

    def parse(value: object) -> Choice:
        found = members.get(str(value).strip().lower())
        if found is None:
            raise refusal(name, value, "is unknown", _one_of(list(kind)))
        return found

    return parse


def switch(name: str) -> Callable[[object], bool]:
    def parse(value: object) -> bool:
        found = _SWITCH.get(str(value).strip().lower())
        if found is None:
            raise refusal(name, value, "is not accepted", "1 or 0")
        return found

    return parse


def day(name: str) -> Callable[[object], date]:
    def parse(value: object) -> date:
        try:
            return parse_day(name, str(value))
        except ValueError as error:
            raise VariableError(str(error)) from error

    return parse


def file(name: str, content: str) -> Callable[[object], Path]:
    """An existing, readable file; `content` is what it should hold, for the error."""

    def parse(value: object) -> Path:
        path = Path(str(value)).expanduser()
        if not (path.is_file() and os.access(path, os.R_OK)):
            raise refusal(name, value, "is no file that can be read", f"the path of {content}")
        return path

    return parse


def new_file(name: str) -> Callable[[object], Path]:
    """A file to write, which may exist, in a folder that does."""

    def parse(value: object) -> Path:
        path = Path(str(value)).expanduser()
        target = path if path.is_file() else path.parent
        if path.is_dir() or not (path.parent.is_dir() and os.access(target, os.W_OK)):
            raise refusal(
                name, value, "cannot be written", "the path of a file, in a folder that exists"
            )
        return path

    return parse


def address(name: str, end: str = "") -> Callable[[object], str]:
    """A URL that ends in `end` and that secrets may be sent to."""
    accepted = "an address that begins with https:// (or http://127.0.0.1)"

    def parse(value: object) -> str:
        url = str(value).strip()
        if not (is_secure(url) and url.endswith(end)):
            ending = f" and ends in {end}" if end else ""
            raise refusal(name, value, "is not accepted", f"{accepted}{ending}")
        return url

    return parse


def known_environment(value: object) -> str:
    name = str(value).strip()
    if name not in environments():
        raise refusal("ENV", value, "is unknown", f"{_one_of(environments())}, a file in config/")
    return name


def known_schedule(name: str, configuration: Configuration) -> str:
    """The named schedule, or the only one."""
    schedules = list(configuration.schedules)
    if not name and len(schedules) == 1:
        return schedules[0]
    if name not in schedules:
        file_name = f"config/{configuration.environment}.toml"
        raise refusal("SCHEDULE", name, f"is no schedule of {file_name}", _one_of(schedules))
    return name


def _one_of(names: list[str] | list[Choice]) -> str:
    *others, last = map(str, names)
    return f"{', '.join(others)} or {last}" if others else last
