"""The number of runs on a day of a schedule, from a valid EventBridge cron expression."""


def runs_a_day(expression: str) -> int:
    minutes, hours, *_ = expression.split()
    return len(_values(minutes, 60)) * len(_values(hours, 24))


def _values(field: str, size: int) -> set[int]:
    return {value for member in field.split(",") for value in _member(member, size)}


def _member(member: str, size: int) -> range:
    """The values of `*`, `n`, `a-b`, each with an optional step; `n/step` runs to the end."""
    span, slash, step = member.partition("/")
    first, dash, last = span.partition("-")
    if first == "*":
        return range(0, size, int(step or 1))
    end = last if dash else first
    if slash and not dash:
        end = str(size - 1)
    return range(int(first), int(end) + 1, int(step or 1))
