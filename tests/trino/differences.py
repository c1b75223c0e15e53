"""Differences between the answers of two engines."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlglot import exp, parse_one

from stacks.sql_file import DIALECT
from tests.trino.engines import Answer
from tests.trino.values import Row, Value

SHOWN = 3
"""Rows that a description shows of each side."""

_TOLERANCE = 1e-9


def difference(sql: str, trino: Answer, other: Answer) -> str | None:
    """The first difference in columns, rows and the order that `sql` asks for, in words."""
    if list(trino.columns) != list(other.columns):
        return f"columns {list(trino.columns)} instead of {list(other.columns)}"
    unexpected, missing = unmatched(trino.rows, other.rows)
    if unexpected or missing:
        return (
            f"{len(unexpected)} rows of {len(trino.rows)} on Trino only, such as "
            f"{unexpected[:SHOWN]}; {len(missing)} of {len(other.rows)} on the other only, such as "
            f"{missing[:SHOWN]}"
        )
    keys = [trino.columns.index(name) for name in order_columns(sql, trino.columns)]
    for place, (left, right) in enumerate(zip(trino.rows, other.rows, strict=True)):
        if not _equal([left[key] for key in keys], [right[key] for key in keys]):
            return f"row {place} of the order is {left} instead of {right}"
    return None


def unmatched(left: Iterable[Row], right: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Rows of each side that the other lacks; floats are equal within a billionth."""
    ours, theirs = Counter(left), Counter(right)
    unexpected, missing = list((ours - theirs).elements()), list((theirs - ours).elements())
    for row in list(unexpected):
        same = next((other for other in missing if _equal(row, other)), None)
        if same is not None:
            unexpected.remove(row)
            missing.remove(same)
    return unexpected, missing


def order_columns(sql: str, columns: Sequence[str]) -> list[str]:
    """The output columns that the statement orders by, up to an expression that is none."""
    order = parse_one(sql, read=DIALECT).args.get("order")
    found: list[str] = []
    for term in order.expressions if order else []:
        column = term.this
        if not isinstance(column, exp.Column) or column.name not in columns:
            break
        found.append(column.name)
    return found


def _equal(left: Sequence[Value], right: Sequence[Value]) -> bool:
    return len(left) == len(right) and all(map(_same, left, right))


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return left == right
