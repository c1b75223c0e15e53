"""Declared rules, keys and references as SQL that selects the rows that break them."""

from spotify_pipeline.schema import Between, Matches, NotEmpty, NotNull, OneOf, Reference, Rule
from spotify_pipeline.tables import REJECTED, TABLES, Table


def checks() -> dict[str, str]:
    """Queries for the rows that break a rule, key or reference, by its name."""
    found = {}
    for table in TABLES:
        for name, column, rule in table.rules:
            found[name] = f"select * from {table.name} where {_violates(column.name, rule)}"
        found[f"{table.name}.key"] = (
            f"select 1 from {table.name} group by {_scope(table)}, {', '.join(table.key)}"
            " having count(*) > 1"
        )
        for reference in table.references:
            found[f"{table.name}.{reference.column}.{reference.table}"] = _orphans(table, reference)
    return found


def _violates(column: str, rule: Rule) -> str:
    match rule:
        case NotNull():
            return f"{column} is null"
        case NotEmpty():
            return f"{column} = ''"
        case Matches(pattern):
            return f"not regexp_matches({column}, '{pattern}')"
        case Between(low, None):
            return f"{column} < {low}"
        case Between(low, high):
            return f"{column} not between {low} and {high}"
        case OneOf(values):
            return f"{column} not in ({', '.join(map(repr, values))})"


def _scope(table: Table) -> str:
    """The column within which a key is unique; these runs have one part each."""
    return "raw_key" if table is REJECTED else "run_id"


def _orphans(table: Table, reference: Reference) -> str:
    [other] = [other for other in TABLES if other.name == reference.table]
    when = f" and {reference.when}" if reference.when else ""
    return (
        f"select * from {table.name} where {reference.column} is not null{when}"
        f" and {reference.column} not in (select {other.key[0]} from {other.name})"
    )
