"""Cron expressions as EventBridge Scheduler and Glue accept them.

Fields and wildcards: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_MAX_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# name, lowest, highest, names of the numbers, pattern of other list members
_FIELDS: tuple[tuple[str, int, int, list[str], str], ...] = (
    ("minutes", 0, 59, [], ""),
    ("hours", 0, 23, [], ""),
    ("day-of-month", 1, 31, [], r"\?|L|LW|\d+W"),
    ("month", 1, 12, MONTHS, ""),
    ("day-of-week", 1, 7, WEEKDAYS, r"\?|L|[1-7]L|[1-7]#[1-5]"),
    ("year", 1970, 2199, [], ""),
)


def check_cron(expression: str) -> None:
    """Raise ValueError, naming the field and the remedy, if the expression can never fire."""
    parts = expression.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(
            f"cron {expression!r} has {len(parts)} fields; it needs six: "
            "minutes hours day-of-month month day-of-week year"
        )
    for part, (name, low, high, names, special) in zip(parts, _FIELDS, strict=True):
        for member in part.split(","):
            if not _is_member(member, low, high, names, special):
                raise ValueError(
                    f"cron {expression!r}: {name} {member!r} is not {low}-{high}, "
                    "a range a-b, a step a/n, * or one of the field's own signs"
                )
    if (parts[2] == "?") == (parts[4] == "?"):
        raise ValueError(
            f"cron {expression!r}: exactly one of day-of-month and day-of-week must be '?'"
        )
    if not _date_exists(parts[2], parts[3]):
        raise ValueError(f"cron {expression!r}: no month {parts[3]} has a day {parts[2]}")


def _is_member(member: str, low: int, high: int, names: list[str], special: str) -> bool:
    if special and re.fullmatch(special, member):
        return True
    span, slash, step = member.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        return False
    if span == "*":
        return True
    first, dash, last = span.partition("-")
    bounds = [_number(bound, low, names) for bound in ([first, last] if dash else [first])]
    return all(bound is not None and low <= bound <= high for bound in bounds)


def _number(text: str, low: int, names: list[str]) -> int | None:
    if text.upper() in names:
        return names.index(text.upper()) + low
    return int(text) if text.isdecimal() else None


def _date_exists(days: str, months: str) -> bool:
    """True if a listed month has a listed day, or if either is not a plain list of numbers."""
    first_days = [int(day) for day in re.findall(r"(?:^|,)(\d+)(?=[-,/]|$)", days)]
    plain = [_number(month, 1, MONTHS) for month in months.split(",")]
    if len(first_days) != len(days.split(",")) or None in plain:
        return True
    return min(first_days) <= max(_MAX_DAYS[month - 1] for month in plain if month)
