"""The variable SINCE: how far to look back."""

import re
from collections.abc import Callable
from datetime import timedelta

from commands.variables import refusal

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def duration(name: str) -> Callable[[object], timedelta]:
    """A number of minutes, hours or days, such as `30m`, `6h` or `2d`."""

    def parse(value: object) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch("([1-9][0-9]{0,4})([mhd])", str(value).strip())
        if found is None:
            raise refusal(name, value, "is not accepted", "minutes, hours or days, as in 30m or 2d")
        return timedelta(**{_UNITS[found[2]]: int(found[1])})

    return parse
