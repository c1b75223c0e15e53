"""Where in a part something stood, as one number that a row can carry along."""

LINE = 1 << 32
"""What one line more adds to a source."""


def source(line: int, position: int | None = None) -> int:
    """`line` from 1; `position` from 0, None for the whole line."""
    return line * LINE + (0 if position is None else position + 1)


def place(number: int) -> tuple[int, int | None]:
    """The line and position that `source` was made from."""
    line, after = divmod(number, LINE)
    return line, after - 1 if after else None
