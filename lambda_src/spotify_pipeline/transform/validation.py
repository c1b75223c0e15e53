"""Validation of one table's rows: every rule holds, and each key has one row."""

from typing import NamedTuple

import polars as pl

from spotify_pipeline import tables
from spotify_pipeline.schema import Between, Column, Matches, NotEmpty, NotNull, OneOf, Rule, Table
from spotify_pipeline.transform.locations import LOCATION
from spotify_pipeline.transform.rows.batch import DETAIL, LINKS

BROKEN_RULE = "_broken_rule"
"""Column with the name of the first rule that a row breaks; never stored."""

_CATALOG_ITEMS = {tables.TRACKS, tables.EPISODES, tables.ALBUMS, tables.ARTISTS}
# Without its row, a playlist's entries are in no view, and a run's playlists are not current.
_OBSERVATIONS = {tables.PLAYLISTS, tables.RUNS}
# An empty id or URI is stored as null.
_ID_COLUMNS = {
    table: [
        column.name
        for column in table.own_columns
        if column.name in ("added_by", "uri") or column.name.endswith("_id")
    ]
    for table in tables.TABLES
}


class Validated(NamedTuple):
    """The rows to store, and those to reject; the latter have the column `BROKEN_RULE`.

    A playlist or run is in both if it can be stored without the value that breaks a rule.
    """

    valid: pl.DataFrame
    invalid: pl.DataFrame


def validate(table: Table, rows: pl.DataFrame) -> Validated:
    """Split rows by the table's rules, and merge, select or reject rows of the same key."""
    with_empty = [column for column in _ID_COLUMNS[table] if (rows[column] == "").any()]
    valid, invalid = _check_rules(table, rows.with_columns(map(_empty_to_null, with_empty)))
    if table in _CATALOG_ITEMS:
        valid = _merge(table.key[0], valid)
    elif table in LINKS:
        valid = _first_response(table.key[0], valid)
    else:
        is_first = valid.select(pl.struct(table.key).is_first_distinct()).to_series()
        repeated = valid.filter(~is_first)
        key_rule = pl.lit(_key_rule(table)).alias(BROKEN_RULE)
        invalid = pl.concat([invalid, repeated.with_columns(key_rule)])
        valid = valid.filter(is_first)
    return Validated(valid, invalid.unique([LOCATION, *table.key], maintain_order=True))


def reason(rule: str, table: Table, row: dict[str, object]) -> str:
    """Explain how a row breaks the rule of that name."""
    for name, column, declared in table.rules:
        if name == rule:
            return f"{column.name} is {row.get(column.name)!r}. {declared}"
    return f"there is a row of this key already: {', '.join(table.key)}"


def _check_rules(table: Table, rows: pl.DataFrame) -> Validated:
    broken = {name: _breaks(column, rule) for name, column, rule in _required_first(table)}
    # Usually no rule is broken, which is much cheaper to detect than the rule that each row breaks.
    if not any(rows.select(**{name: is_broken.any() for name, is_broken in broken.items()}).row(0)):
        return Validated(
            rows, rows.clear().with_columns(pl.lit(None, pl.String).alias(BROKEN_RULE))
        )
    names = [pl.when(is_broken).then(pl.lit(name)) for name, is_broken in broken.items()]
    first = rows.select(pl.coalesce(names).alias(BROKEN_RULE)).to_series()
    valid = rows.filter(first.is_null())
    if table in _OBSERVATIONS:
        valid = _without_broken_values(table, rows)
    return Validated(valid, rows.with_columns(first).filter(first.is_not_null()))


def _required_first(table: Table) -> list[tuple[str, Column, Rule]]:
    """The table's rules; first those of columns that are never null, which reject a whole row."""
    rules = list(table.rules)
    required = [rule for rule in rules if _is_required(rule[1])]
    return required + [rule for rule in rules if not _is_required(rule[1])]


def _is_required(column: Column) -> bool:
    return NotNull() in column.rules


def _without_broken_values(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with null for each value that breaks a rule; without those that need the value."""
    ruled = [column for column in table.columns if column.rules]
    sound = rows.with_columns(map(_null_if_broken, ruled))
    return sound.drop_nulls([column.name for column in ruled if _is_required(column)])


def _null_if_broken(column: Column) -> pl.Expr:
    is_broken = pl.any_horizontal(_breaks(column, rule) for rule in column.rules)
    return pl.when(~is_broken).then(pl.col(column.name)).alias(column.name)


def _breaks(column: Column, rule: Rule) -> pl.Expr:
    value = pl.col(column.name)
    match rule:
        case NotNull():
            return value.is_null()
        case NotEmpty():
            return value == ""
        case Matches(pattern):
            return ~value.str.contains(pattern)
        case Between(low, None):
            return value < low
        case Between(low, high):
            return (value < low) | (value > high)
        case OneOf(values):
            return ~value.is_in(values)


def _key_rule(table: Table) -> str:
    """The name of the rule that a key has one row."""
    return f"{table.name}.key"


def _merge(key: str, rows: pl.DataFrame) -> pl.DataFrame:
    """One row per key: the first non-null values, in descending order of detail."""
    if rows[DETAIL.name].n_unique() <= 1:
        return rows.filter(pl.col(key).is_first_distinct())
    first = rows.filter(pl.struct(key, DETAIL.name).is_first_distinct())
    most_detailed_first = first.sort(DETAIL.name, descending=True, maintain_order=True)
    values = pl.exclude(key).drop_nulls().first()
    return most_detailed_first.group_by(key, maintain_order=True).agg(values).select(rows.columns)


def _first_response(owner: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The links of each owner from the first response that has any."""
    return rows.filter(pl.col(LOCATION) == pl.col(LOCATION).first().over(owner))


def _empty_to_null(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "").then(pl.col(column))
