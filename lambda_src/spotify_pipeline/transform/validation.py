"""The contract's rules on frames: which rows keep them, and which rule the others break."""

from functools import reduce
from operator import or_

import polars as pl

from spotify_pipeline.schema import Between, Column, Matches, NotEmpty, NotNull, OneOf, Rule
from spotify_pipeline.tables import Table

BROKEN = "_broken"
"""The column that names the first rule that a row breaks."""


def key_rule(table: Table) -> str:
    """The name of the rule that a key holds one row."""
    return f"{table.name}.key"


def check(table: Table, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that keep every rule, and those that do not with the column `BROKEN`."""
    breaks = {name: _breaks(column, rule) for name, column, rule in table.rules}
    # Mostly none is, and to see that takes far less than to name what each row breaks.
    if not any(rows.select(**{name: it.any() for name, it in breaks.items()}).row(0)):
        return rows, rows.clear().with_columns(pl.lit(None, pl.String).alias(BROKEN))
    faults = [pl.when(it).then(pl.lit(name)) for name, it in breaks.items()]
    broken = rows.select(pl.coalesce(faults).alias(BROKEN)).to_series()
    return rows.filter(broken.is_null()), rows.with_columns(broken).filter(broken.is_not_null())


def reason(name: str, table: Table, row: dict[str, object]) -> str:
    """What is wrong with a row that breaks the rule of that name, in words."""
    for rule_name, column, rule in table.rules:
        if rule_name == name:
            return f"{column.name} is {row.get(column.name)!r}. {rule}"
    return f"there is a row of this key already: {', '.join(table.key)}"


def _breaks(column: Column, rule: Rule) -> pl.Expr:
    value = pl.col(column.name)
    match rule:
        case NotNull():
            return value.is_null()
        case NotEmpty():
            return value == ""
        case Matches(pattern):
            return ~value.str.contains(pattern)
        case Between(low, high):
            return reduce(or_, [value < low] + ([] if high is None else [value > high]))
        case OneOf(values):
            return ~value.is_in(values)
